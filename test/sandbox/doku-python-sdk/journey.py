"""DOKU's SDK for Python against the sandbox: its signing, headers and HTTP, with the wallet's bodies.

The SDK is made for DOKU's direct debit product: its host, paths, request and response classes are replaced where the
wallet differs. Prints one line of JSON: the response codes, in order.
"""
import json
import sys
import types
import uuid

import requests
from doku_python_library.src.commons import config
from doku_python_library.src.model.general.request_header import RequestHeader
from doku_python_library.src.model.va.total_amount import TotalAmount
from doku_python_library.src.services import direct_debit_service, token_service
from doku_python_library.src.services.direct_debit_service import DirectDebitService
from doku_python_library.src.services.token_service import TokenService

settings = json.loads(sys.stdin.read())
config._Development.BASE_URL = settings["url"]
config.Config.DIRECT_DEBIT_ACCOUNT_BINDING_URL = "/snap-adapter/b2b/v1.0/registration-account-binding"
config.Config.DIRECT_DEBIT_BALANCE_INQUIRY_URL = "/snap-adapter/b2b2c/v1.0/balance-inquiry"
config.Config.DIRECT_DEBIT_PAYMENT_URL = "/snap-adapter/b2b2c/v1.0/debit/payment-host-to-host"
config.Config.DIRECT_DEBIT_CHECK_STATUS = "/snap-adapter/b2b/v1.0/debit/status"
config.Config.DIRECT_DEBIT_REFUND = "/snap-adapter/b2b2c/v1.0/debit/refund"


class Answer(types.SimpleNamespace):
    """Takes every field: the SDK's own classes know those of direct debit only."""


for name in ("BalanceInquiryResponse", "PaymentResponse", "AccountBindingResponse", "RefundResponse", "CheckStatusResponse"):
    setattr(direct_debit_service, name, Answer)


def token_answer(**fields):
    # The SDK subtracts from expiresIn, which DOKU sends as a string.
    return Answer(**fields, response_code=fields["responseCode"], expires_in=int(fields.get("expiresIn", 0)))


def customer_token_answer(**fields):
    return Answer(**fields, response_code=fields["responseCode"], access_token_expiry_time=fields.get("accessTokenExpiryTime"))


token_service.TokenB2BResponse = token_answer
token_service.TokenB2B2CResponse = customer_token_answer


class Body:
    def __init__(self, **fields):
        self.fields = fields
        self.additional_info = types.SimpleNamespace(channel="EMONEY_DOKU_SNAP")

    def json(self):
        return self.fields

    create_request_body = json


def token_headers():
    timestamp = TokenService.get_timestamp()
    signature = TokenService.create_signature(settings["privateKey"], settings["clientId"] + "|" + timestamp)
    return timestamp, signature, {"X-CLIENT-KEY": settings["clientId"], "X-TIMESTAMP": timestamp, "X-SIGNATURE": signature}


def header(path, body, **overrides):
    timestamp = overrides.get("timestamp", TokenService.get_timestamp())
    signature = TokenService.generate_symmetric_signature(
        "POST", path, b2b.accessToken, body.json(), timestamp, settings["clientSecret"]
    )
    return RequestHeader(
        x_timestamp=timestamp,
        x_signature=overrides.get("signature", signature),
        x_partner_id=settings["clientId"],
        x_external_id=overrides.get("external_id", str(uuid.uuid4())),
        authorization=b2b.accessToken,
        token_b2b2c=customer.accessToken,
    )


timestamp, signature, headers = token_headers()
b2b = TokenService.create_token_b2b(
    TokenService.create_token_b2b_request(signature, timestamp, settings["clientId"]), False, headers
)
customer = TokenService.create_token_b2b2c(
    TokenService.create_token_b2b2c_request(settings["authCode"]), timestamp, signature, settings["clientId"], False
)
codes = [b2b.responseCode, customer.responseCode]


def call(service, path, body, **overrides):
    answer = service(header(path, body, **overrides), body, False)
    codes.append(answer.responseCode)
    return answer


reference = str(uuid.uuid4())
amount = TotalAmount("15000.00").json()
call(
    DirectDebitService.do_account_binding_process,
    config.Config.DIRECT_DEBIT_ACCOUNT_BINDING_URL,
    Body(
        partnerReferenceNo=str(uuid.uuid4()),
        redirectUrl="https://merchant.example/",
        successParams={"accountId": settings["accountId"]},
    ),
)
balance_path = config.Config.DIRECT_DEBIT_BALANCE_INQUIRY_URL
balance = Body(partnerReferenceNo=str(uuid.uuid4()))
call(DirectDebitService.do_balance_inquiry, balance_path, balance)
call(
    DirectDebitService.do_payment_process,
    config.Config.DIRECT_DEBIT_PAYMENT_URL,
    Body(partnerReferenceNo=reference, amount=amount, additionalInfo={"remarks": "dua  spasi é"}),
)
control = settings["url"] + "/_control/"
requests.post(control + "purchases/" + reference + "/customer", json={"action": "pay"}, timeout=5).raise_for_status()
call(
    DirectDebitService.do_check_status,
    config.Config.DIRECT_DEBIT_CHECK_STATUS,
    Body(originalPartnerReferenceNo=reference, serviceCode="55"),
)
requests.post(control + "settle", json={"partnerReferenceNo": reference}, timeout=5).raise_for_status()
call(
    DirectDebitService.do_refund_process,
    config.Config.DIRECT_DEBIT_REFUND,
    Body(originalPartnerReferenceNo=reference, partnerRefundNo=str(uuid.uuid4()), refundAmount=amount, reason="kembali"),
)
call(DirectDebitService.do_balance_inquiry, balance_path, balance, signature="Zm9yZ2Vk")
call(DirectDebitService.do_balance_inquiry, balance_path, balance, timestamp="2020-01-01T00:00:00Z")
call(DirectDebitService.do_balance_inquiry, balance_path, balance, external_id="twice")
call(DirectDebitService.do_balance_inquiry, balance_path, balance, external_id="twice")
print(json.dumps(codes))
