"""A shop's backend on FastAPI: orders by HTTP to the gateway, and a receiver of events that verifies them.

    set -a; . .local/dev.env; set +a
    .local/examples/python/bin/python examples/python/http/shop.py
    order=$(curl -s -X POST http://127.0.0.1:3000/carts)
    curl -X PUT "http://127.0.0.1:3000/orders/$order" -H 'Content-Type: application/json' -d '{"quantity": 2}'
"""

import os
import socket
import sys
import uuid
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import gateway
import uvicorn
from cart import PRICE, Order, customer, is_ours, is_own, new_cart
from fastapi import FastAPI, HTTPException, Request, Response
from gateway import Problem, ask
from standardwebhooks import Webhook, WebhookVerificationError

EVENTS_SECRET = os.environ.get("EVENTS_SECRET", "")
PORT = os.environ.get("SHOP_PORT") or "3000"
SHOP = os.environ.get("SHOP_URL") or f"http://127.0.0.1:{PORT}"

@asynccontextmanager
async def lifespan(_: FastAPI):
    if not EVENTS_SECRET:
        why = "no event can be verified, and each is refused (docs/integrate.md, 5)"
        print(f"EVENTS_SECRET is missing: {why}", file=sys.stderr, flush=True)
    print(f"The shop: {SHOP}", flush=True)
    yield
    await gateway.close()


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


async def status_of(cart_id: uuid.UUID, wait: str = "") -> dict:
    """Where the order stands, as its journey has it."""
    number = f"INV-{cart_id}"  # nobody guesses it
    path = f"/v1/purchases/{number}"
    purchase = await ask("GET", path + wait)
    if purchase["status"] == "awaiting-acknowledgement":
        await take_note(number)
        purchase = await ask("GET", f"{path}?wait=5s")
    # Who is at awaiting-payment still may pay, on the same page: `order` gives it again.
    return {"status": purchase["status"]}


@app.get("/orders/INV-{cart_id}")
async def shown(cart_id: uuid.UUID) -> dict:
    return await status_of(cart_id)


@app.get("/orders/INV-{cart_id}/returned")
async def returned(cart_id: uuid.UUID, request: Request) -> dict:
    """Where DOKU's page sends the browser. Its address is a hint: the journey asks DOKU itself."""
    hint = {"rawQuery": request.url.query}
    await ask("POST", f"/v1/purchases/INV-{cart_id}/customer-returned", hint)
    return await status_of(cart_id, "?wait=5s&until=awaiting-acknowledgement")


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
    if not os.environ.get("DOKU_JOURNEYS_API_KEY"):
        sys.exit("DOKU_JOURNEYS_API_KEY: is missing: load .local/dev.env into this shell")
    try:
        door = socket.create_server(("127.0.0.1", int(PORT)))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"SHOP_PORT: {error}: choose a free port, such as SHOP_PORT=3001")
    with suppress(KeyboardInterrupt):  # Ctrl-C, which uvicorn passes on once it has ended
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[door])
