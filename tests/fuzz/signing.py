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


def publish(mp4: bytes) -> str:
    """Publishes a clip and gives its id, so that requests find something."""
    tus = {"Tus-Resumable": "1.0.0"}
    begun = requests.post(f"{ORIGIN}/api/uploads", headers=tus | {"Upload-Length": str(len(mp4))}, auth=Signature())
    begun.raise_for_status()
    place = begun.headers["Location"]
    kind = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    requests.patch(place, headers=tus | kind, data=mp4).raise_for_status()
    video = {"upload": place.rsplit("/", 1)[1], "blake3": blake3(mp4).hexdigest()}
    wish = {"video": video, "title": "Fuzzed", "visibility": "listed", "remix": True, "licence": "CC0-1.0"}
    answer = requests.post(
        f"{ORIGIN}/api/clips", data=json.dumps(wish), headers={"Content-Type": "application/json"}, auth=Signature()
    )
    answer.raise_for_status()
    return answer.json()["id"]


def clips() -> list[str]:
    """Published when they are needed. A new one now and then takes the place of what requests deleted."""
    if len(CLIPS) < 5 or random.random() < 0.05:
        CLIPS.append(publish(Path(os.environ["KINORA_FUZZ_CLIP"]).read_bytes()))
    return CLIPS[-5:]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Half of the ids are of clips that are there; half of the uploads speak tus; three of four requests are
    signed, the others try without."""
    if "id" in (case.path_parameters or {}) and random.random() < 0.5:
        case.path_parameters["id"] = random.choice(clips())
    if "uploads" in case.operation.path and random.random() < 0.5:
        case.headers["Tus-Resumable"] = "1.0.0"
    if random.random() < 0.75:
        kwargs["auth"] = Signature()
