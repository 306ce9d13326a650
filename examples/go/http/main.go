// A shop's backend on net/http: orders by HTTP to the gateway, and a receiver of events that verifies them.
// Run it by: set -a; . .local/dev.env; set +a; go run -C examples/go ./http
// and: order=$(curl -s -X POST http://127.0.0.1:3000/carts); curl -X PUT "http://127.0.0.1:3000/orders/$order" -d quantity=2
package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
)

const price, most = 25_000, 9

var (
	port   = cmp.Or(os.Getenv("SHOP_PORT"), "3000")
	shop   = "http://127.0.0.1:" + port
	carts  sync.Map // whose, by number: a table of a real shop's
	number = regexp.MustCompile(`^INV-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// customer is who is logged in, as your sessions have it. Never as a browser says it.
func customer(*http.Request) string {
	return cmp.Or(os.Getenv("DOKU_JOURNEYS_CUSTOMER_ID"), "customer-1001")
}

// cart makes the number that its order will have. Nobody guesses it.
func cart(w http.ResponseWriter, r *http.Request) {
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	made := fmt.Sprintf("INV-%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	carts.Store(made, customer(r))
	fmt.Fprintln(w, made)
}

// order starts the payment. Sent again it is the same payment, with the same page.
// How many is the browser's to say; whose it is, its price and its number are the shop's.
func order(w http.ResponseWriter, r *http.Request) {
	var page struct{ WebRedirectURL string }
	number, customer := r.PathValue("number"), customer(r)
	if whose, _ := carts.Load(number); whose != customer {
		http.Error(w, "no such cart", http.StatusNotFound)
		return
	}
	quantity, err := strconv.Atoi(r.FormValue("quantity"))
	if err != nil || quantity < 1 || quantity > most {
		http.Error(w, "quantity: must be a whole number from 1 to 9", http.StatusUnprocessableEntity)
		return
	}
	err = ask("PUT", "/v1/purchases/"+number, map[string]any{
		"customerId":        customer,
		"amount":            map[string]string{"value": fmt.Sprintf("%d.00", price*quantity), "currency": "IDR"},
		"returnUrl":         shop + "/orders/" + number + "/returned",
		"acknowledgeWithin": "10 minutes", // or the payment goes back
	}, &page)
	tell(w, err, map[string]string{"sendTheBrowserTo": page.WebRedirectURL})
}

// returned is where DOKU's page sends the browser. Its address is a hint: the journey asks DOKU itself.
func returned(w http.ResponseWriter, r *http.Request) {
	if !number.MatchString(r.PathValue("number")) {
		http.NotFound(w, r)
		return
	}
	purchase := "/v1/purchases/" + r.PathValue("number")
	err := ask("POST", purchase+"/customer-returned", map[string]string{"rawQuery": r.URL.RawQuery}, nil)
	if err != nil {
		tell(w, err, nil)
		return
	}
	tellStatus(w, purchase, "?wait=5s&until=awaiting-acknowledgement")
}

func shown(w http.ResponseWriter, r *http.Request) {
	if !number.MatchString(r.PathValue("number")) {
		http.NotFound(w, r)
		return
	}
	tellStatus(w, "/v1/purchases/"+r.PathValue("number"), "")
}

// events is told by the workers, at least once: whoever is told twice does the same again.
func events(receiver *webhooks.Webhook, w http.ResponseWriter, r *http.Request) {
	var event struct {
		Type string
		Data struct{ PartnerReferenceNo string }
	}
	body, _ := io.ReadAll(r.Body)
	if receiver == nil || receiver.Verify(body, r.Header) != nil || json.Unmarshal(body, &event) != nil {
		http.Error(w, "not ours", http.StatusBadRequest)
		return
	}
	var err error
	fmt.Println(event.Type, event.Data.PartnerReferenceNo)
	// Of what other backends of the merchant sell this one says nothing, and puts nothing into a path that is no number of its own.
	if event.Type == "purchase.awaiting-acknowledgement" && number.MatchString(event.Data.PartnerReferenceNo) {
		err = takeNote("/v1/purchases/" + event.Data.PartnerReferenceNo)
	}
	tell(w, err, nil)
}

func main() {
	log.SetFlags(0)
	var receiver *webhooks.Webhook // of an empty secret anybody could sign
	if secret := os.Getenv("EVENTS_SECRET"); secret == "" {
		log.Print("EVENTS_SECRET is missing: no event can be verified, and each is refused (docs/integrate.md, 5)")
	} else if made, err := webhooks.NewWebhook(secret); err != nil {
		log.Fatal("EVENTS_SECRET: ", err)
	} else {
		receiver = made
	}
	http.HandleFunc("POST /carts", cart)
	http.HandleFunc("PUT /orders/{number}", order)
	http.HandleFunc("GET /orders/{number}", shown)
	http.HandleFunc("GET /orders/{number}/returned", returned)
	http.HandleFunc("POST /events", func(w http.ResponseWriter, r *http.Request) { events(receiver, w, r) })
	door, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal("SHOP_PORT: ", err, ": choose a free port, such as SHOP_PORT=3001")
	}
	fmt.Println("The shop:", shop)
	log.Fatal(http.Serve(door, nil))
}
