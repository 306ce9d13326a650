package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

var (
	gateway = cmp.Or(os.Getenv("DOKU_JOURNEYS_GATEWAY_URL"), "http://127.0.0.1:8084")
	key     = os.Getenv("DOKU_JOURNEYS_API_KEY")
	client  = http.Client{Timeout: 65 * time.Second} // longer than any wait that is asked for
)

// Problem is what the gateway says of a request that failed: Name is what to decide by.
type Problem struct {
	Name       string `json:"error"`
	Status     int    `json:"status"`
	Detail     string `json:"detail"`
	WhatToDo   string `json:"whatToDo"`
	Retryable  bool   `json:"retryable"`
	RetryAfter int    `json:"retryAfter"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%s: %s. %s", p.Name, p.Detail, p.WhatToDo) }

// ask asks the gateway; what is worth it is sent again, six times. Nothing is done twice.
func ask(method, path string, body, answer any) error {
	sent, err := json.Marshal(body)
	for tries := 1; err == nil; tries++ {
		problem := once(method, path, sent, answer)
		if problem == nil {
			return nil
		} else if !problem.Retryable || tries == 6 {
			return problem
		}
		time.Sleep(time.Duration(max(problem.RetryAfter, 1)) * time.Second)
	}
	return &Problem{Name: "Unsent", Status: 500, Detail: err.Error()}
}

func once(method, path string, sent []byte, answer any) *Problem {
	request, err := http.NewRequest(method, gateway+path, bytes.NewReader(sent))
	if err != nil {
		return &Problem{Name: "Unsent", Status: 500, Detail: err.Error()}
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	said, err := client.Do(request)
	if err != nil {
		return &Problem{Name: "Unanswered", Status: 503, Detail: err.Error(), Retryable: true}
	}
	defer said.Body.Close()
	switch {
	case said.StatusCode >= 300:
		problem := &Problem{Name: "Unexpected", Status: said.StatusCode}
		_ = json.NewDecoder(said.Body).Decode(problem)
		return problem
	case answer != nil && json.NewDecoder(said.Body).Decode(answer) != nil:
		return &Problem{Name: "Unexpected", Status: 502}
	}
	return nil
}
