// A shop's backend on net/http: orders by HTTP to the gateway, and a receiver of events that verifies them.
// Run it by: set -a; . .local/dev.env; set +a; go run -C examples/go ./http
// and: curl -X PUT http://127.0.0.1:3000/orders/INV-2026-0008 -d "customer=$DOKU_JOURNEYS_CUSTOMER_ID&rupiah=25000"
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

var (
	gateway = cmp.Or(os.Getenv("DOKU_JOURNEYS_GATEWAY_URL"), "http://127.0.0.1:8084")
	key     = os.Getenv("DOKU_JOURNEYS_API_KEY")
	port    = cmp.Or(os.Getenv("SHOP_PORT"), "3000")
	shop    = "http://127.0.0.1:" + port
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

func (p *Problem) Error() string { return fmt.Sprintf("%s: %s %s", p.Name, p.Detail, p.WhatToDo) }

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
		return &Problem{Name: "Unanswered", Status: 503, Retryable: true}
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

// order starts the payment. Sent again it is the same payment, with the same page.
func order(w http.ResponseWriter, r *http.Request) {
	var page struct{ WebRedirectURL string }
	number := r.PathValue("number")
	err := ask("PUT", "/v1/purchases/"+number, map[string]any{
		"customerId":        r.FormValue("customer"),
		"amount":            map[string]string{"value": r.FormValue("rupiah") + ".00", "currency": "IDR"},
		"returnUrl":         shop + "/orders/" + number + "/returned",
		"acknowledgeWithin": "10 minutes", // or the payment goes back
	}, &page)
	tell(w, err, map[string]string{"sendTheBrowserTo": page.WebRedirectURL})
}

// returned is where DOKU's page sends the browser. Its address is a hint: the journey asks DOKU itself.
func returned(w http.ResponseWriter, r *http.Request) {
	var view struct{ Status string }
	purchase := "/v1/purchases/" + r.PathValue("number")
	err := ask("POST", purchase+"/customer-returned", map[string]string{"rawQuery": r.URL.RawQuery}, nil)
	if err == nil {
		err = ask("GET", purchase+"?wait=10s", nil, &view)
	}
	tell(w, err, map[string]string{"status": view.Status})
}

// events is told by the workers, at least once: whoever is told twice does the same again.
func events(receiver *webhooks.Webhook, w http.ResponseWriter, r *http.Request) {
	var event struct {
		Type string
		Data struct{ PartnerReferenceNo string }
	}
	body, _ := io.ReadAll(r.Body)
	if receiver.Verify(body, r.Header) != nil || json.Unmarshal(body, &event) != nil {
		http.Error(w, "not ours", http.StatusBadRequest)
		return
	}
	var err error
	fmt.Println(event.Type, event.Data.PartnerReferenceNo)
	if event.Type == "purchase.awaiting-acknowledgement" { // you will deliver
		err = ask("POST", "/v1/purchases/"+event.Data.PartnerReferenceNo+"/acknowledge", nil, nil)
	}
	var problem *Problem
	if errors.As(err, &problem) && (problem.Name == "NotAcknowledgeable" || problem.Name == "JourneyEnded") {
		err = nil // too late: the money is on its way back, and the event has been taken
	}
	tell(w, err, nil)
}

func tell(w http.ResponseWriter, err error, answer any) {
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		http.Error(w, problem.Error(), problem.Status)
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func main() {
	receiver, err := webhooks.NewWebhook(os.Getenv("EVENTS_SECRET"))
	if err != nil {
		log.Fatal("EVENTS_SECRET: ", err)
	}
	if os.Getenv("EVENTS_SECRET") == "" {
		log.Print("EVENTS_SECRET is missing: no event can be verified, and each is refused (docs/integrate.md, 5)")
	}
	http.HandleFunc("PUT /orders/{number}", order)
	http.HandleFunc("GET /orders/{number}/returned", returned)
	http.HandleFunc("POST /events", func(w http.ResponseWriter, r *http.Request) { events(receiver, w, r) })
	fmt.Println("The shop:", shop)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
