"""How the shop asks the gateway."""

import asyncio
import os

import httpx

_client = httpx.AsyncClient(
    base_url=os.environ.get("DOKU_JOURNEYS_GATEWAY_URL") or "http://127.0.0.1:8084",
    headers={"Authorization": f"Bearer {os.environ.get('DOKU_JOURNEYS_API_KEY', '')}"},
    timeout=65,  # longer than any wait that is asked for
)
close = _client.aclose


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
            answer = await _client.request(method, path, json=body)
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
