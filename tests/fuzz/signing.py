"""Signs what schemathesis sends, as docs/relay.md describes, so that requests reach further than the first refusal."""

import base64
import json
import os
import random
import time
from pathlib import Path

import requests
import schemathesis
from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = Ed25519PrivateKey.generate()
ORIGIN = os.environ["KINORA_FUZZ_ORIGIN"]
CLIPS: list[str] = []
STILL = b"\x89PNG\r\n\x1a\n"
# Hypothesis sets the common generator back before each example, and then every throw would be the same.
DICE = random.Random(1)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


PUBLIC = "ed25519:" + base64url(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


class Signature(requests.auth.AuthBase):
    """Signs the request as it leaves, when its body and its path are what they will be."""

    def __call__(self, request):
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            return request
        now, nonce = int(time.time()), base64url(os.urandom(16))
        lines = ["Kinora-1", ORIGIN, request.method, request.path_url, blake3(body).hexdigest(), str(now), nonce]
        signature = KEY.sign("".join(line + "\n" for line in lines).encode())
        request.headers["Authorization"] = f"Kinora-1 {PUBLIC} {now} {nonce} {base64url(signature)}"
        return request


@schemathesis.serializer("application/offset+octet-stream")
def offset_bytes(context, value):
    """What an upload is sent as: bytes as they are, anything else as its text."""
    return value if isinstance(value, bytes) else str(value).encode()


def upload(content: bytes, send: int) -> dict:
    """Begins an upload and sends some of it; gives what a wish says of it."""
    tus = {"Tus-Resumable": "1.0.0"}
    begun = requests.post(f"{ORIGIN}/api/uploads", headers=tus | {"Upload-Length": str(len(content))}, auth=Signature())
    begun.raise_for_status()
    place = begun.headers["Location"]
    kind = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    requests.patch(place, headers=tus | kind, data=content[:send]).raise_for_status()
    return {"upload": place.rsplit("/", 1)[1], "blake3": blake3(content).hexdigest()}


def publish(mp4: bytes) -> str:
    """Publishes a clip and gives its id, so that requests find something."""
    wish = {"title": "Fuzzed", "visibility": "listed", "remix": "open", "licence": "CC0-1.0", "captions": "WEBVTT\n"}
    wish |= {"video": upload(mp4, len(mp4)), "poster": upload(STILL, len(STILL))}
    answer = requests.post(
        f"{ORIGIN}/api/clips", data=json.dumps(wish), headers={"Content-Type": "application/json"}, auth=Signature()
    )
    answer.raise_for_status()
    return answer.json()["id"]


def clips() -> list[str]:
    """Published when they are needed. A new one now and then takes the place of what requests deleted."""
    if len(CLIPS) < 5 or DICE.random() < 0.05:
        CLIPS.append(publish(Path(os.environ["KINORA_FUZZ_CLIP"]).read_bytes()))
    return CLIPS[-5:]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Half of the ids are of clips and uploads that are there; half of the uploads speak tus; three of four requests are
    signed, the others try without."""
    is_upload = "uploads" in case.operation.path
    if "id" in (case.path_parameters or {}) and DICE.random() < 0.5:
        case.path_parameters["id"] = upload(b"12345678", 3)["upload"] if is_upload else DICE.choice(clips())
    if is_upload and DICE.random() < 0.5:
        case.headers["Tus-Resumable"] = "1.0.0"
    if DICE.random() < 0.75:
        # What was invented for the header would be sent in place of the signature.
        for name in [name for name in case.headers if name.lower() == "authorization"]:
            del case.headers[name]
        kwargs["auth"] = Signature()
