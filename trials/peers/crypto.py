"""The Python peers of `tongban bench primitives`: the same messages, one core, the same seconds each.

Prints one line of JSON: figures of one package, named by its argument.
"""

import json
import sys
import time

PACKAGE, SECONDS = sys.argv[1], float(sys.argv[2])
KEY, VECTOR, NONCE = bytes([1] * 16), bytes([2] * 16), bytes([3] * 12)
MESSAGE = bytes([7] * 64)
SIZES = (256, 16384)
figures = []


def rate(work, seconds=SECONDS):
    """How often in a second of processor time `work` can be done, warmed up first."""
    for limit in (seconds / 10, seconds):
        begun, done = time.perf_counter(), 0
        used = time.process_time()
        while time.perf_counter() - begun < limit:
            for _ in range(4):
                work()
            done += 4
    return done / (time.process_time() - used)


def signatures(sign, verify):
    figures.append({"work": "sm2-sign", "unit": "1/s", "value": rate(sign)})
    figures.append({"work": "sm2-verify", "unit": "1/s", "value": rate(verify)})


def bytewise(name, work, sizes=SIZES):
    for size in sizes:
        data = bytes([7] * size)
        figures.append({"work": f"{name}-{size}", "unit": "MB/s", "value": rate(lambda: work(data)) * size / 1e6})


def cryptography():
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.hashes import SM3, Hash
    from cryptography.hazmat.backends.openssl import backend

    def digest(data):
        hash = Hash(SM3())
        hash.update(data)
        return hash.finalize()

    def cipher(mode, opening=False):
        def work(data):
            made = Cipher(algorithms.SM4(KEY), mode())
            context = made.decryptor() if opening else made.encryptor()
            return context.update(data) + context.finalize()

        return work

    # A call through Python costs microseconds, which short messages would measure instead of the cipher.
    long = SIZES[1:]
    bytewise("sm3", digest, long)
    bytewise("sm4-cbc-encrypt", cipher(lambda: modes.CBC(VECTOR)), long)
    bytewise("sm4-cbc-decrypt", cipher(lambda: modes.CBC(VECTOR), True), long)
    bytewise("sm4-ctr", cipher(lambda: modes.CTR(VECTOR)), long)
    bytewise("sm4-gcm-seal", cipher(lambda: modes.GCM(NONCE)), long)
    return backend.openssl_version_text()


def gmssl():
    from gmssl import func, sm2, sm3, sm4

    private = "00B9AB0B828FF68872F21A837FC303668428DEA11DCD1B24429D0C99E24EED83D5"
    public = (
        "B9C9A6E04E9C91F7BA880429273747D7EF5DDEB0BB2FF6317EB00BEF331A8308"
        "1A6994B8993F3F5D6EADDDB81872266C87C018FB4162F5AF347B483E24620207"
    )
    key = sm2.CryptSM2(private_key=private[2:], public_key=public)
    signed = key.sign_with_sm3(MESSAGE)
    assert key.verify_with_sm3(signed, MESSAGE)
    signatures(lambda: key.sign_with_sm3(MESSAGE), lambda: key.verify_with_sm3(signed, MESSAGE))
    bytewise("sm3", lambda data: sm3.sm3_hash(func.bytes_to_list(data)))
    sealing = sm4.CryptSM4()
    sealing.set_key(KEY, sm4.SM4_ENCRYPT)
    bytewise("sm4-cbc-encrypt", lambda data: sealing.crypt_cbc(VECTOR, data))


def gmssl_fast():
    import gmssl_fast as gm

    key = gm.SM2.generate()
    pair = gm.SM2(private_key=key.private_key_hex, public_key=key.public_key_hex)
    signed = pair.sign(MESSAGE)
    assert pair.verify(MESSAGE, signed) is not False
    signatures(lambda: pair.sign(MESSAGE), lambda: pair.verify(MESSAGE, signed))
    long = SIZES[1:]
    bytewise("sm3", gm.sm3, long)
    bytewise("sm4-cbc-encrypt", gm.SM4(KEY, "cbc", VECTOR).encrypt, long)
    bytewise("sm4-ctr", gm.SM4(KEY, "ctr", VECTOR).encrypt, long)
    bytewise("sm4-gcm-seal", gm.SM4GCM(KEY, NONCE).encrypt, long)


note = {"cryptography": cryptography, "gmssl": gmssl, "gmssl-fast": gmssl_fast}[PACKAGE]()
print(json.dumps({"figures": figures, "note": note or ""}))
