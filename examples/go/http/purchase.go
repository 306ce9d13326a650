package main

import (
	"encoding/json"
	"errors"
	"net/http"
)

// tellStatus tells where an order stands, as its journey has it.
func tellStatus(w http.ResponseWriter, purchase, wait string) {
	var view struct{ Status string }
	err := ask("GET", purchase+wait, nil, &view)
	if err == nil && view.Status == "awaiting-acknowledgement" {
		err = errors.Join(takeNote(purchase), ask("GET", purchase+"?wait=5s", nil, &view))
	}
	// Who is at awaiting-payment still may pay, on the same page: order gives it again.
	tell(w, err, map[string]string{"status": view.Status})
}

// takeNote says that you will deliver. Too late is no failure of ours: the money is on its way back.
func takeNote(purchase string) error {
	err := ask("POST", purchase+"/acknowledge", nil, nil)
	var problem *Problem
	if errors.As(err, &problem) && (problem.Name == "NotAcknowledgeable" || problem.Name == "JourneyEnded") {
		return nil
	}
	return err
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
