"""A verifier written from RFC 6962, RFC 8032, RFC 9162 and the C2SP pages alone, in nothing but Python 3's library.

It reads what `liggare export-tiles` and `liggare prove` write, and exits with 1 and one line for whatever is not so.

    verifier.py tree DIR VKEY [CASES]   checkpoint, every tile and every entry; then each case's inclusion and consistency
    verifier.py proof FILE VKEY         one proof of an entry (C2SP tlog-proof, the entry in its extra line), or of growth
    verifier.py cosigned FILE VKEY K WITNESS…   a checkpoint that the log and at least K of these witnesses signed

Bundles are read by bundle.py beside it.
"""

import base64
import hashlib
import os
import re
import sys

WIDTH = 256


class Refused(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Refused(what)


# --- Ed25519 by RFC 8032 section 5.1: verification only, so nothing here is secret ------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    one, other = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    third, fourth = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = other - one, fourth - third, fourth + third, other + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(factor, point):
    out = (0, 1, 1, 0)
    while factor > 0:
        if factor & 1:
            out = point_add(out, point)
        point = point_add(point, point)
        factor >>= 1
    return out


def point_equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_verifies(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decode_point(public), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return point_equal(point_times(s, BASE), point_add(r, point_times(h, a)))


# --- text -------------------------------------------------------------------------------------------------------------


def decode(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("not base64")
    require(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def decode_hash(text):
    data = decode(text)
    require(len(data) == 32, "a hash of another length")
    return data


def decimal(text):
    require(re.fullmatch("0|[1-9][0-9]{0,18}", text), "not a size or an index")
    return int(text)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        raise Refused(path + " is not there")


def parse_vkey(vkey, kind=1):
    require(vkey.count("+") >= 2, "not a verifier key")
    name, key_id, key = vkey.split("+", 2)
    data = decode(key)
    require(len(data) == 33 and data[0] == kind, "not an Ed25519 key of that kind")
    require(hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() == key_id, "a key with another id")
    return name, bytes.fromhex(key_id), data[1:]


def open_checkpoint(data, vkey):
    """Size and root of a checkpoint that the key signed under its own name as origin."""
    name, key_id, public = parse_vkey(vkey)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("a checkpoint that is not UTF-8")
    require(not re.search("[\x00-\x09\x0b-\x1f]", text), "a control character in a checkpoint")
    split = text.rfind("\n\n")
    require(split >= 0 and text.endswith("\n"), "a checkpoint without signatures")
    body, signatures, signed = text[: split + 1], text[split + 2 :].split("\n")[:-1], False
    for line in signatures:
        form = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line)
        require(form, "a signature line of another form")
        blob = decode(form[2])
        if form[1] == name and blob[:4] == key_id:
            require(ed25519_verifies(public, body.encode(), blob[4:]), "a signature that does not verify")
            signed = True
    require(signed, "not signed by this key")
    lines = body.split("\n")
    require(len(lines) == 4 and lines[0] == name, "a checkpoint of another form or origin")
    return decimal(lines[1]), decode_hash(lines[2])


# --- the tree ---------------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY = hashlib.sha256(b"").digest()


class Tree:
    """Every complete node over some leaves; roots and proofs of every size are made of these."""

    def __init__(self, leaves):
        self.rows = [leaves]
        while len(self.rows[-1]) > 1:
            row = self.rows[-1]
            self.rows.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def range_root(self, start, end):
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self.rows[height][start >> height]
        half = 1 << (count - 1).bit_length() - 1
        return node_hash(self.range_root(start, start + half), self.range_root(start + half, end))

    def root(self, size):
        return self.range_root(0, size) if size else EMPTY

    def path(self, index, start, end):
        if end - start == 1:
            return []
        half = 1 << (end - start - 1).bit_length() - 1
        if index < start + half:
            return self.path(index, start, start + half) + [self.range_root(start + half, end)]
        return self.path(index, start + half, end) + [self.range_root(start, start + half)]

    def growth(self, older, start, end, known):
        if older == end:
            return [] if known else [self.range_root(start, end)]
        half = 1 << (end - start - 1).bit_length() - 1
        if older <= start + half:
            return self.growth(older, start, start + half, known) + [self.range_root(start + half, end)]
        return self.growth(older, start + half, end, False) + [self.range_root(start, start + half)]


def check_inclusion(proof, index, size, leaf, root):
    """RFC 9162 section 2.1.3.2."""
    require(index < size, "an index outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        require(sn != 0, "a path that is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0 and r == root, "a path that does not lead to the root")


def check_growth(proof, older, older_root, newer, newer_root):
    """RFC 9162 section 2.1.4.2; a tree of size 0 begins every tree, by the empty proof."""
    require(older <= newer, "a tree that shrinks")
    if older == 0 or older == newer:
        require(not proof, "hashes where none belong")
        same = older_root == (EMPTY if older == 0 else newer_root) and (newer > 0 or newer_root == EMPTY)
        require(same, "another root at the same size")
        return
    rest = list(proof) if older & (older - 1) else [older_root] + list(proof)
    require(rest, "an empty proof")
    fn, sn = older - 1, newer - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = rest[0]
    for c in rest[1:]:
        require(sn != 0, "a path that is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0 and fr == older_root and sr == newer_root, "a path that does not lead to both roots")


# --- a static tree of C2SP tlog-tiles ---------------------------------------------------------------------------------


def tile_name(index, width):
    digits = "%d" % index
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return path if width == WIDTH else "%s.p/%d" % (path, width)


def tiles_of(count):
    """(index, width) of the tiles that hold `count` hashes side by side."""
    full = [(i, WIDTH) for i in range(count // WIDTH)]
    return full + ([(count // WIDTH, count % WIDTH)] if count % WIDTH else [])


def entries_of(path):
    data, at = read(path), 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        require(at + 2 + length <= len(data), path + " is cut short")
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def open_tree(root, size, signed):
    leaves = []
    for index, width in tiles_of(size):
        path = os.path.join(root, "tile/entries", tile_name(index, width))
        before = len(leaves)
        leaves += [leaf_hash(entry) for entry in entries_of(path)]
        require(len(leaves) - before == width, path + " has another number of entries")
    tree = Tree(leaves)
    require(tree.root(size) == signed, "the entries do not give the checkpoint's root")
    level = 0
    while size >> 8 * level:
        row = tree.rows[8 * level]
        for index, width in tiles_of(size >> 8 * level):
            path = os.path.join(root, "tile/%d" % level, tile_name(index, width))
            wanted = b"".join(row[index * WIDTH : index * WIDTH + width])
            require(read(path) == wanted, path + " is not what its entries hash to")
        level += 1
    return tree


def check_case(words, tree):
    words = iter(words)

    def hashes():
        return [decode_hash(next(words)) for _ in range(decimal(next(words)))]

    size, root = decimal(next(words)), decode_hash(next(words))
    index, leaf = decimal(next(words)), decode_hash(next(words))
    inclusion = hashes()
    older, older_root = decimal(next(words)), decode_hash(next(words))
    growth = hashes()
    require(next(words, None) is None, "a case with more than belongs to it")
    check_inclusion(inclusion, index, size, leaf, root)
    check_growth(growth, older, older_root, size, root)
    require(tree.root(size) == root and tree.root(older) == older_root, "the tiles say another root")
    require(tree.path(index, 0, size) == inclusion, "the tiles say another inclusion proof")
    mine = tree.growth(older, 0, size, True) if 0 < older < size else []
    require(mine == growth, "the tiles say another consistency proof")


def check_tree(root, vkey, cases=None):
    size, signed = open_checkpoint(read(os.path.join(root, "checkpoint")), vkey)
    tree, count = open_tree(root, size, signed), 0
    for line in read(cases).decode().splitlines() if cases else []:
        check_case(line.split(), tree)
        count += 1
    print("python: %d entries, %d cases" % (size, count))


# --- proof files ------------------------------------------------------------------------------------------------------


def check_proof(path, vkey):
    head, _, checkpoint = read(path).partition(b"\n\n")
    size, root = open_checkpoint(checkpoint, vkey)
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Refused("a proof that is not text")
    require(len(lines) >= 3, "a proof of another form")
    hashes = [decode_hash(line) for line in lines[3:]]
    if lines[0] == "c2sp.org/tlog-proof@v1":
        require(lines[1].startswith("extra ") and lines[2].startswith("index "), "a proof of another form")
        index = decimal(lines[2][6:])
        check_inclusion(hashes, index, size, leaf_hash(decode(lines[1][6:])), root)
        print("python: entry %d in %d" % (index, size))
    elif lines[0] == "liggare-consistency@v1":
        older, newer = lines[1].split(" "), lines[2].split(" ")
        require(len(older) == len(newer) == 3 and (older[0], newer[0]) == ("from", "to"), "a proof of another form")
        leads_there = decimal(newer[1]) == size and decode_hash(newer[2]) == root
        require(leads_there, "the proof leads to another head than the checkpoint's")
        check_growth(hashes, decimal(older[1]), decode_hash(older[2]), size, root)
        print("python: %s begins %d" % (older[1], size))
    else:
        raise Refused("not a proof")


# --- cosignatures: C2SP tlog-cosignature, cosignature/v1 ----------------------------------------------------------------


def cosigned_by(text, signatures, witness):
    """Whether this witness signed the text; refused when a line says so falsely."""
    name, key_id, public = parse_vkey(witness, 4)
    found = False
    for line in signatures:
        _, by, blob = line.split(" ", 2)
        blob = decode(blob)
        if by != name or blob[:4] != key_id:
            continue
        seconds = int.from_bytes(blob[4:12], "big")
        require(len(blob) == 4 + 8 + 64 and 0 < seconds < 2**63, "a cosignature of another form")
        message = "cosignature/v1\ntime %d\n%s" % (seconds, text)
        require(ed25519_verifies(public, message.encode(), blob[12:]), "a cosignature that does not verify")
        found = True
    return found


def check_cosigned(path, vkey, needed, *witnesses):
    data = read(path)
    size, _ = open_checkpoint(data, vkey)
    body, _, signatures = data.decode("utf-8").rpartition("\n\n")
    keys = {parse_vkey(witness, 4)[2] for witness in witnesses}
    require(len(keys) == len(witnesses), "a witness named twice")
    count = sum(cosigned_by(body + "\n", signatures.split("\n")[:-1], witness) for witness in witnesses)
    require(count >= decimal(needed), "cosigned by too few")
    print("python: %d entries cosigned by %d" % (size, count))


def main(words):
    verbs = {"tree": check_tree, "proof": check_proof, "cosigned": check_cosigned}
    if len(words) < 3 or words[0] not in verbs:
        raise Refused("verifier.py tree DIR VKEY [CASES] | proof FILE VKEY | cosigned FILE VKEY K WITNESS…")
    verbs[words[0]](*words[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Refused, StopIteration) as refused:
        sys.exit("refused: %s" % refused)
