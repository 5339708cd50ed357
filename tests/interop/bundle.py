"""Bundles, read from docs/format.md and docs/format-closing.md alone: JSON, SHA-256, AES-256-GCM, and as much of
Cap'n Proto as says who an event is about. Nothing but Python 3's library.

    bundle.py FILE VKEY [known=CHECKPOINT] [book=ID] [auditors=K,VKEY,VKEY…]

Accepted are whole books, whose they are and of one person under every key; a range, or a book that is nobody's unless
its id is said, is refused.
"""

import datetime
import hashlib
import json
import re
import struct
import sys

from verifier import EMPTY, Refused, check_growth, check_inclusion, cosigned_by, decimal, leaf_hash, node_hash
from verifier import open_checkpoint, parse_vkey, read, require


def labelled(label, *parts):
    return hashlib.sha256(label.encode() + b"\x00" + b"".join(parts)).digest()


def tree_root(hashes):
    """RFC 6962 over what stands in the places of leaf hashes."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(tree_root(hashes[:half]), tree_root(hashes[half:]))


# --- AES-256-GCM: opening only -----------------------------------------------------------------------------------------


def sbox():
    box, p, q = [0x63] * 256, 1, 1
    while True:
        p = p ^ (p << 1) & 0xFF ^ (0x1B if p & 0x80 else 0)
        for shift in (1, 2, 4):
            q ^= q << shift & 0xFF
        q ^= 0x09 if q & 0x80 else 0
        box[p] = 0x63
        for shift in range(5):
            box[p] ^= (q << shift | q >> 8 - shift) & 0xFF
        if p == 1:
            return box


SBOX = sbox()
DOUBLE = [x << 1 & 0xFF ^ (0x1B if x & 0x80 else 0) for x in range(256)]


def expand_key(key):
    words, round_constant = [list(key[i : i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = list(words[i - 1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= round_constant
            round_constant = DOUBLE[round_constant]
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    return [sum(words[i : i + 4], []) for i in range(0, 60, 4)]


SHIFTED = [(i + 4 * (i % 4)) % 16 for i in range(16)]


def encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for n in range(1, 15):
        s = [SBOX[state[i]] for i in SHIFTED]
        if n < 14:
            mixed = []
            for c in range(0, 16, 4):
                a, b, d, e = s[c : c + 4]
                all_four = a ^ b ^ d ^ e
                mixed += [
                    a ^ all_four ^ DOUBLE[a ^ b],
                    b ^ all_four ^ DOUBLE[b ^ d],
                    d ^ all_four ^ DOUBLE[d ^ e],
                    e ^ all_four ^ DOUBLE[e ^ a],
                ]
            s = mixed
        state = [a ^ b for a, b in zip(s, keys[n])]
    return bytes(state)


def ghash(subkey, data):
    h, y = int.from_bytes(subkey, "big"), 0
    for at in range(0, len(data), 16):
        y ^= int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big")
        z, v = 0, h
        for bit in range(127, -1, -1):
            if y >> bit & 1:
                z ^= v
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y.to_bytes(16, "big")


def gcm_open(key, aad, sealed):
    """Nonce of twelve zero bytes, tag behind; nothing when the tag is another."""
    keys, data, tag = expand_key(key), sealed[:-16], sealed[-16:]

    def pad(x):
        return x + b"\0" * (-len(x) % 16)

    def counter(n):
        return encrypt_block(keys, b"\0" * 12 + n.to_bytes(4, "big"))

    sums = ghash(encrypt_block(keys, b"\0" * 16), pad(aad) + pad(data) + struct.pack(">QQ", 8 * len(aad), 8 * len(data)))
    if bytes(a ^ b for a, b in zip(sums, counter(1))) != tag:
        return None
    stream = b"".join(counter(2 + i) for i in range(-(-len(data) // 16)))
    return bytes(a ^ b for a, b in zip(data, stream))


# --- Cap'n Proto: one segment, structs only ----------------------------------------------------------------------------


def unpack(packed):
    """The packed form of a message with one segment; its words."""
    out, at = bytearray(), 0

    def take(count):
        nonlocal at
        require(at + count <= len(packed), "a part that is cut short")
        at += count
        return packed[at - count : at]

    while at < len(packed):
        tag = take(1)[0]
        for bit in range(8):
            out += take(1) if tag >> bit & 1 else b"\0"
        if tag == 0x00:
            out += b"\0" * 8 * take(1)[0]
        elif tag == 0xFF:
            out += take(8 * take(1)[0])
        require(len(out) <= 16 << 20, "a part that is too large")
    require(len(out) >= 8 and out[:4] == b"\0" * 4, "a part of several segments")
    size = 8 * int.from_bytes(out[4:8], "little")
    require(len(out) == 8 + size, "a part of another length")
    return bytes(out[8:])


class Struct:
    """A struct by its pointer; a null pointer is a struct of zeros."""

    def __init__(self, words, at=0):
        self.words = words
        pointer = int.from_bytes(words[at : at + 8], "little")
        require(at + 8 <= len(words) and pointer & 3 == 0, "a pointer that is no struct's")
        offset = pointer >> 2 & (1 << 30) - 1
        offset -= 1 << 30 if offset >> 29 else 0
        self.null = pointer == 0
        self.data_words, self.pointers = pointer >> 32 & 0xFFFF, pointer >> 48
        self.at = at + 8 + 8 * offset
        end = self.at + 8 * (self.data_words + self.pointers)
        require(self.null or 0 <= self.at and end <= len(words), "a pointer that leads outside")

    def number(self, offset, width):
        """Little-endian, from a byte of the data section; what lies behind its end is zero."""
        if self.null or offset + width > 8 * self.data_words:
            return 0
        return int.from_bytes(self.words[self.at + offset : self.at + offset + width], "little")

    def pointer_at(self, index):
        return self.at + 8 * (self.data_words + index) if not self.null and index < self.pointers else None

    def struct(self, index):
        at = self.pointer_at(index)
        return Struct(self.words, at) if at is not None else Struct(b"\0" * 8)

    def id(self, index):
        """Sixteen bytes; all zero for a null pointer."""
        id_struct = self.struct(index)
        return struct.pack(">QQ", id_struct.number(0, 8), id_struct.number(8, 8))

    def data(self, index):
        at = self.pointer_at(index)
        require(at is not None, "bytes that are not there")
        pointer = int.from_bytes(self.words[at : at + 8], "little")
        require(pointer & 3 == 1 and pointer >> 32 & 7 == 2, "a pointer that is no bytes'")
        start, count = at + 8 + 8 * (pointer >> 2 & (1 << 30) - 1), pointer >> 35
        require(start + count <= len(self.words), "a pointer that leads outside")
        return self.words[start : start + count]


# --- entries -----------------------------------------------------------------------------------------------------------


class Entry:
    def __init__(self, data):
        require(len(data) % 8 == 0 and data, "an entry of another length")
        root = Struct(data)
        require(root.at == 8 and not root.null, "an entry of another form")
        self.leaf = leaf_hash(data)
        self.lines, self.engine = root.number(2, 2), root.number(4, 2)
        self.position, self.recorded_at = root.number(8, 8), root.number(16, 8)
        section = data[8 : 8 + 8 * root.data_words].ljust(15 * 8, b"\0")
        self.event_id, self.lines_root, self.sealed = section[24:40], section[56:88], section[88:120]
        if self.engine == 2:
            closing = root.struct(0)
            self.covered, self.root = closing.number(0, 8), closing.data(0)
            require(len(self.root) == 32, "a closing of another form")


# --- the file ----------------------------------------------------------------------------------------------------------

TOP = "liggareBundle origin checkpoint closing closingInclusion attestation sinceSize since subjects books".split()
BOOK = "name book from place range entries".split()
EVENT = "entry inclusion header parts".split()
ENTRY = EVENT + "lines line salt".split()
PART = "digest key ciphertext".split()


def members(thing, names):
    is_object = isinstance(thing, list) and all(isinstance(each, tuple) for each in thing)
    require(is_object and [name for name, _ in thing] == names, "members other than " + " ".join(names))
    return dict(thing)


def items(thing):
    # Objects arrive as lists of tuples: names may then come twice, and are seen.
    require(isinstance(thing, list) and not any(isinstance(each, tuple) for each in thing), "not a list")
    return thing


def unhex(text, length=None):
    require(isinstance(text, str) and re.fullmatch("(?:[0-9a-f]{2})*", text), "not hex")
    require(length is None or len(text) == 2 * length, "hex of another length")
    return bytes.fromhex(text)


def hashes(thing):
    return [unhex(each, 32) for each in items(thing)]


def number(thing, limit=2**64):
    require(type(thing) is int and 0 <= thing < limit, "not a number")
    return thing


def parse(data):
    def no(_):
        raise Refused("a number of another form")

    def pairs(found):
        return [(name, value) for name, value in found]

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_float=no, parse_constant=no)
    except (ValueError, RecursionError):
        raise Refused("not a bundle's JSON")


# --- one event ---------------------------------------------------------------------------------------------------------

COMMON, ACTOR, PATIENT, TEXT, ASK = 1, 2, 3, 4, 5


class Event:
    """What can be opened: kind and body of the common part, the patient parts, and how many of those there are."""

    def __init__(self, bundle, entry, header, parts):
        self.common, self.patients, self.patient_parts = None, [], 0
        header, parts = unhex(header), [members(p, PART) for p in items(parts)]
        if entry.sealed == bytes(32):
            require(not header and not parts, "content that the entry does not have")
            return
        count = header[33] if len(header) > 33 else 0
        require(len(header) == 34 + 37 * count and header[:1] == b"\0" and count == len(parts), "another header")
        digests = [unhex(part["digest"], 32) for part in parts]
        require(labelled("sealed", header, tree_root(digests)) == entry.sealed, "content of another entry")
        for index, part in enumerate(parts):
            head = header[34 + 37 * index : 71 + 37 * index]
            self.patient_parts += head[0] == PATIENT
            require((part["key"] is None) == (part["ciphertext"] == ""), "a key without its ciphertext")
            if part["key"] is not None:
                self.take(bundle, entry, index, head, digests[index], unhex(part["key"], 32), unhex(part["ciphertext"]))

    def take(self, bundle, entry, index, head, digest, key, ciphertext):
        require(1 <= head[0] <= TEXT, "a part that nobody may show")
        require(labelled("part", bytes([index]), ciphertext) == digest, "a ciphertext that is another's")
        require(labelled("commit", key) == head[5:37], "a key that is another's")
        require(len(ciphertext) == int.from_bytes(head[1:5], "big") >= 16, "a ciphertext of another length")
        origin = bundle.origin.encode()
        aad = struct.pack(">H", len(origin)) + origin + entry.event_id + bytes([index])
        plain = gcm_open(key, aad, ciphertext)
        require(plain is not None, "a part that does not open")
        part = Struct(unpack(plain))
        if head[0] == COMMON:
            self.common = part
        elif head[0] == PATIENT:
            self.patients.append(part)

    def kind(self):
        return self.common.number(0, 2) if self.common else 0

    def body(self):
        """The member of the union and its struct: in common, or in the first patient part."""
        found = self.common.struct(10) if self.common else Struct(b"\0" * 8)
        if found.null and self.patients and self.patients[0].number(0, 2) == 0:
            found = self.patients[0].struct(1)
        return found.number(0, 2), found.struct(0)

    def names(self, key):
        kind, body = self.body()
        if kind == 16:  # patientRegistered
            return bool(self.patients) and self.patients[0].id(0) == key
        where = {1: (0, 5), 2: (0,), 3: (0, 2), 8: (1,)}.get(kind, ())
        return key != bytes(16) and any(body.id(index) == key for index in where)

    def merges(self):
        """(merge, from, to) of each merge, and the merges that are split."""
        joined, split = [], []
        for part in self.patients:
            body = part.struct(1) if part.number(0, 2) == 0 else Struct(b"\0" * 8)
            if body.number(0, 2) == 92:
                joined.append(tuple(body.struct(0).id(i) for i in range(3)))
            if body.number(0, 2) == 93:
                split.append(body.struct(0).id(1))
        return joined, split


# --- one book ----------------------------------------------------------------------------------------------------------


def parse_name(name):
    """(book kind, stream kind, keys, month)."""
    keys = {1: 1, 2: 2, 3: 2, 4: 2, 5: 1, 6: 1, 7: 1, 8: 1, 9: 0}
    require(name and 1 <= name[0] <= 8, "a name of no book")
    at, count, stream = 1, 1, 0
    if name[0] == 1:
        require(len(name) > 1 and name[1] in keys, "a name of no stream")
        at, stream, count = 2, name[1], keys[name[1]]
    end = at + 16 * count
    require(len(name) == end + (4 if stream == 5 else 0), "a name of another length")
    month = int.from_bytes(name[end:], "big")
    require(stream != 5 or month >= 197001 and 1 <= month % 100 <= 12, "a name with no month")
    return name[0], stream, [name[i : i + 16] for i in range(at, end, 16)], month


def read_place(proof, book, root):
    """Size and root of the book under a closing; an absent one is empty."""
    require(len(proof) >= 2 and proof[0] <= 128 and proof[1] <= 1, "a trie proof of another form")
    depth, has_end = proof[0], proof[1]
    require(len(proof) == 2 + 32 * depth + 56 * has_end, "a trie proof of another length")
    siblings, end = proof[2 : 2 + 32 * depth], proof[2 + 32 * depth :]
    bits = int.from_bytes(book, "big")
    found, size, tree = bytes(32), 0, EMPTY
    if has_end:
        require(int.from_bytes(end[16:24], "big") > 0, "a book without numbers")
        differ = bits ^ int.from_bytes(end[:16], "big")
        require(differ >> 128 - depth == 0, "a place where the book's bits do not lead")
        found = labelled("closing-leaf", end)
        if differ == 0:
            size, tree = int.from_bytes(end[16:24], "big"), end[24:]
    for i in reversed(range(depth)):
        sibling = siblings[32 * i : 32 * i + 32]
        left = bits >> 127 - i & 1 == 0
        found = labelled("closing-node", *((found, sibling) if left else (sibling, found)))
    require(found == root, "a place under another closing")
    return size, tree


def check_range(leaves, start, size, proof, root):
    if size == 0:
        require(not proof and root == EMPTY and not leaves, "an empty book that is not")
        return
    end, rest = start + len(leaves), list(proof)

    def walk(at, count):
        if at >= end or at + count <= start:
            require(rest, "a range proof that is too short")
            return rest.pop(0)
        if at >= start and at + count <= end:
            return tree_root(leaves[at - start : at - start + count])
        half = 1 << (count - 1).bit_length() - 1
        left = walk(at, half)
        return node_hash(left, walk(at + half, count - half))

    require(walk(0, size) == root and not rest, "not the entries that the closing counts")


class Book:
    def __init__(self, bundle, thing):
        m = members(thing, BOOK)
        self.id, name, self.start = unhex(m["book"], 16), unhex(m["name"]), number(m["from"])
        require(self.start > 0, "numbers begin at 1")
        self.name = parse_name(name) if name else None
        require(not name or labelled("book", name)[:16] == self.id, "an id of another name")
        self.size, root = read_place(unhex(m["place"]), self.id, bundle.closing.root)
        self.events, leaves, position = [], [], -1
        for thing in items(m["entries"]):
            e = members(thing, ENTRY)
            entry = bundle.include(e)
            lines = hashes(e["lines"])
            require(len(lines) == entry.lines and tree_root(lines) == entry.lines_root, "lines of another entry")
            mine = struct.pack(">Q", self.start + len(leaves))
            line = number(e["line"], len(lines))
            digest = labelled("line", self.id, mine, unhex(e["salt"], 16))
            require(lines[line] == digest, "a line that does not say this number in this book")
            require(entry.position > position, "an entry that does not stand after the one before it")
            position = entry.position
            leaves.append(entry.leaf)
            self.events.append(Event(bundle, entry, e["header"], e["parts"]))
        skipped = min(self.start - 1, self.size)
        counted = 0 if self.start - 1 > self.size else min(len(leaves), self.size - skipped)
        check_range(leaves[:counted], skipped, self.size, hashes(m["range"]), root)
        self.whole = self.start == 1 and counted == self.size


# --- all of it ---------------------------------------------------------------------------------------------------------


def month_of(micros):
    require(micros < 1 << 57, "an instant that is none")  # the year 6000
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=micros)
    return day.year * 100 + day.month


class Bundle:
    def __init__(self, data, vkey):
        m = members(parse(data), TOP)
        require(number(m["liggareBundle"]) == 2, "another version")
        self.origin, self.since, self.since_size = m["origin"], hashes(m["since"]), number(m["sinceSize"])
        require(isinstance(m["checkpoint"], str) and self.origin == parse_vkey(vkey)[0], "of another log")
        self.size, self.root = open_checkpoint(m["checkpoint"].encode(), vkey)
        self.closing, self.attestation = Entry(unhex(m["closing"])), m["attestation"]
        require(self.closing.engine == 2 and self.closing.covered <= self.closing.position, "not a closing")
        check_inclusion(hashes(m["closingInclusion"]), self.closing.position, self.size, self.closing.leaf, self.root)
        require(isinstance(self.attestation, str), "not an attestation")
        if self.attestation:
            require(self.attestation.rpartition("\n\n")[0] + "\n" == self.attested(), "attested is something else")
        self.subjects = []
        for thing in items(m["subjects"]):
            e = members(thing, EVENT)
            entry = self.include(e)
            self.subjects.append((entry, Event(self, entry, e["header"], e["parts"])))
        self.books = {}
        require(0 < len(items(m["books"])) <= 4096 and len(self.subjects) <= 4096, "more books than there may be")
        for thing in m["books"]:
            book = Book(self, thing)
            require(book.id not in self.books, "a book that stands there twice")
            self.books[book.id] = book

    def include(self, event):
        entry = Entry(unhex(event["entry"]))
        check_inclusion(hashes(event["inclusion"]), entry.position, self.size, entry.leaf, self.root)
        return entry

    def attested(self):
        def base64(data):
            import base64

            return base64.b64encode(data).decode()

        closing = self.closing
        lines = (self.origin, closing.position, base64(closing.leaf), closing.covered, base64(closing.root))
        return "liggare-closing/v1\norigin %s\nclosing %d %s\ncounts %d %s\n" % lines

    def called(self, name):
        return self.books.get(labelled("book", name)[:16])

    def check_names(self):
        """That an event in the bundle says whose each book is, and that no month is missing."""
        for book in self.books.values():
            require(book.name is not None, "a book that is nobody's")
            kind, stream, keys, _ = book.name
            require(keys, "a book that is nobody's")
            for key in keys:
                patient = self.called(b"\x02" + key) if kind in (2, 3) else None
                if patient is not None:
                    bound = patient.start == 1 and patient.events and patient.events[0].names(key)
                else:
                    bound = any(event.names(key) for _, event in self.subjects)
                require(bound, "no event says whose a book is")
            if stream == 5:
                self.check_months(keys[0])

    def check_months(self, provider):
        for entry, event in self.subjects:
            if event.kind() != 1 or not event.names(provider):
                continue
            month = month_of(entry.recorded_at)
            while month <= month_of(self.closing.recorded_at):
                name = b"\x01\x05" + provider + struct.pack(">I", month)
                require(self.called(name) is not None, "a month is missing")
                month += 89 if month % 100 == 12 else 1
            return

    def check_person(self):
        """That the keys of the books are all that merges have joined, and no others."""
        about = [book for book in self.books.values() if book.name and book.name[0] in (2, 3)]
        if not about:
            return
        here, joined, split = {book.name[2][0] for book in about}, {}, set()
        for key in here:
            book = self.called(b"\x02" + key)
            require(book is not None and book.whole, "a patient book that is missing, or a part of one")
            access = any(each.name[0] == 3 for each in about)
            require(not access or self.called(b"\x03" + key) is not None, "an access book that is missing")
            for event in book.events:
                if event.patient_parts < 2:
                    continue
                require(event.kind() != 0, "an event that may have joined somebody is not opened")
                require(event.kind() not in (92, 93) or event.patients, "whom an event joined is not opened")
                mine, undone = event.merges() if event.kind() in (92, 93) else ([], [])
                joined.update((merge, (a, b)) for merge, a, b in mine)
                split.update(undone)
        person, grown = {about[0].name[2][0]}, True
        while grown:
            more = {k for m, ks in joined.items() if m not in split and set(ks) & person for k in ks}
            grown, person = not more <= person, person | more
        require(person == here, "not the books of one person under all keys")


def main(words):
    require(len(words) >= 2, "bundle.py FILE VKEY [known=CHECKPOINT] [book=ID] [auditors=K,VKEY…]")
    asked = dict(word.split("=", 1) for word in words[2:])
    bundle = Bundle(read(words[0]), words[1])
    if "known" in asked:
        size, root = open_checkpoint(read(asked["known"]), words[1])
        require(size in (0, bundle.size, bundle.since_size), "no proof that the known checkpoint is continued")
        check_growth(bundle.since if size == bundle.since_size else [], size, root, bundle.size, bundle.root)
    require(all(book.whole for book in bundle.books.values()), "a part of a book")
    if set(bundle.books) != {bytes.fromhex(asked.get("book", ""))}:
        bundle.check_names()
    bundle.check_person()
    if "auditors" in asked:
        needed, *keys = asked["auditors"].split(",")
        signatures = bundle.attestation.rpartition("\n\n")[2].split("\n")[:-1]
        count = sum(cosigned_by(bundle.attested(), signatures, key) for key in keys)
        require(count >= decimal(needed), "attested by too few")
    entries = sum(len(book.events) for book in bundle.books.values())
    print("python: %d books with %d entries, whole" % (len(bundle.books), entries))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refused:
        sys.exit("refused: %s" % refused)
