"""A shop's backend on FastAPI: orders by HTTP to the gateway, and a receiver of events that verifies them.

    set -a; . .local/dev.env; set +a
    .local/examples/python/bin/python examples/python/http/shop.py
    order=$(curl -s -X POST http://127.0.0.1:3000/carts)
    curl -X PUT "http://127.0.0.1:3000/orders/$order" -H 'Content-Type: application/json' -d '{"quantity": 2}'
"""

import asyncio
import os
import sys
import uuid
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import uvicorn
from cart import PRICE, Order, customer, is_ours, is_own, new_cart
from fastapi import FastAPI, HTTPException, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

GATEWAY = os.environ.get("DOKU_JOURNEYS_GATEWAY_URL", "http://127.0.0.1:8084")
KEY = os.environ.get("DOKU_JOURNEYS_API_KEY", "")
EVENTS_SECRET = os.environ.get("EVENTS_SECRET", "")
PORT = int(os.environ.get("SHOP_PORT", "3000"))
SHOP = os.environ.get("SHOP_URL", f"http://127.0.0.1:{PORT}")

gateway = httpx.AsyncClient(
    base_url=GATEWAY,
    headers={"Authorization": f"Bearer {KEY}"},
    timeout=65,  # longer than any wait that is asked for
)


class Problem(Exception):
    """What the gateway says of a request that failed: `error` is the name to decide by."""

    def __init__(self, body: dict):
        super().__init__(f"{body['error']}: {body['detail']}. {body['whatToDo']}")
        self.error = body["error"]
        self.status = body["status"]


async def ask(method: str, path: str, body: dict | None = None) -> dict:
    """Asks the gateway; what is worth it is sent again, six times. Nothing is done twice."""
    for tries_left in reversed(range(6)):
        try:
            answer = await gateway.request(method, path, json=body)
        except httpx.TransportError:
            if tries_left == 0:
                raise
            await asyncio.sleep(2)
            continue
        if answer.is_success:
            return answer.json() if answer.content else {}
        problem = answer.json()
        if not problem["retryable"] or tries_left == 0:
            raise Problem(problem)
        await asyncio.sleep(problem.get("retryAfter", 1))
    raise AssertionError("unreachable")


@asynccontextmanager
async def lifespan(_: FastAPI):
    if not EVENTS_SECRET:
        why = "no event can be verified, and each is refused (docs/integrate.md, 5)"
        print(f"EVENTS_SECRET is missing: {why}", file=sys.stderr, flush=True)
    print(f"The shop: {SHOP}", flush=True)
    yield
    await gateway.aclose()


app = FastAPI(lifespan=lifespan)


@app.exception_handler(Problem)
async def told(_: Request, problem: Problem) -> Response:
    return Response(str(problem), problem.status)


@app.post("/carts")
async def cart() -> Response:
    return Response(new_cart())


@app.put("/orders/{number}")
async def order(number: str, wanted: Order) -> dict:
    """Starts the payment. Sent again it is the same payment, with the same page."""
    if not is_own(number):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    page = await ask(
        "PUT",
        f"/v1/purchases/{number}",
        {
            "customerId": customer(),
            "amount": {"value": f"{PRICE * wanted.quantity}.00", "currency": "IDR"},
            "returnUrl": f"{SHOP}/orders/{number}/returned",
            "acknowledgeWithin": "10 minutes",  # or the payment goes back
        },
    )
    return {"send_the_browser_to": page["webRedirectUrl"]}


@app.get("/orders/INV-{cart_id}/returned")
async def returned(cart_id: uuid.UUID, request: Request) -> dict:
    """Where DOKU's page sends the browser. Its address is a hint: the journey asks DOKU itself."""
    number = f"INV-{cart_id}"  # nobody guesses it
    path = f"/v1/purchases/{number}"
    await ask("POST", f"{path}/customer-returned", {"rawQuery": request.url.query})
    purchase = await ask("GET", f"{path}?wait=5s&until=awaiting-acknowledgement")
    if purchase["status"] == "awaiting-acknowledgement":
        await take_note(number)
        purchase = await ask("GET", f"{path}?wait=5s")
    # Who is at awaiting-payment still may pay, on the same page: `order` gives it again.
    return {"status": purchase["status"]}


@app.post("/events", status_code=HTTPStatus.NO_CONTENT)
async def events(request: Request) -> None:
    """Told by the workers. It comes at least once: whoever is told twice does the same again."""
    if not EVENTS_SECRET:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    try:
        event = Webhook(EVENTS_SECRET).verify(await request.body(), dict(request.headers))
    except WebhookVerificationError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    number = event["data"].get("partnerReferenceNo", "")
    print(f"{event['type']} {number}", flush=True)
    # Of what other backends of the merchant sell this one says nothing.
    if event["type"] == "purchase.awaiting-acknowledgement" and is_ours(number):
        await take_note(number)


async def take_note(number: str) -> None:
    """You will deliver. Too late is no failure of the receiver: the money is on its way back."""
    try:
        await ask("POST", f"/v1/purchases/{number}/acknowledge")
    except Problem as problem:
        if problem.error not in ("NotAcknowledgeable", "JourneyEnded"):
            raise


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
