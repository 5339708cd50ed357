// Bundles, read from docs/format.md and docs/format-closing.md alone: JSON, SHA-256, AES-256-GCM, and as much of Cap'n
// Proto as says who an event is about.
//
//	verifier bundle FILE VKEY [known=CHECKPOINT] [book=ID] [auditors=K,VKEY,VKEY…]
//
// Accepted are whole books, whose they are and of one person under every key; a range, or a book that is nobody's unless
// its id is said, is refused.
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/ioutil"
	"math/bits"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	partCommon = iota + 1
	partActor
	partPatient
	partText
)

const (
	kindProviderRegistered = 1
	kindUnitRegistered     = 2
	kindCommissionSynced   = 3
	kindRegionPolicySet    = 8
	kindPatientRegistered  = 16
	kindMerged             = 92
	kindSplit              = 93
)

func check(holds bool, what string) {
	if !holds {
		fail("%s", what)
	}
}

func labelled(label string, parts ...[]byte) tlog.Hash {
	return sha256.Sum256(append(append([]byte(label), 0), bytes.Join(parts, nil)...))
}

// RFC 6962 over what stands in the places of leaf hashes.
func treeRoot(hashes []tlog.Hash) tlog.Hash {
	switch len(hashes) {
	case 0:
		return emptyRoot
	case 1:
		return hashes[0]
	}
	half := 1 << (bits.Len(uint(len(hashes)-1)) - 1)
	return tlog.NodeHash(treeRoot(hashes[:half]), treeRoot(hashes[half:]))
}

// --- JSON: members in one order, none left out -------------------------------------------------------------------------

type reader struct{ *json.Decoder }

func (r reader) delim(want string) {
	token, err := r.Token()
	require(err, "bundle")
	check(fmt.Sprint(token) == want, "a bundle of another form")
	_, isDelim := token.(json.Delim)
	check(isDelim, "a bundle of another form")
}

func (r reader) object(names string, each ...func()) {
	r.delim("{")
	for i, name := range strings.Fields(names) {
		token, err := r.Token()
		require(err, "bundle")
		check(token == name, "members other than "+names)
		each[i]()
	}
	r.delim("}")
}

func (r reader) list(each func()) {
	r.delim("[")
	for r.More() {
		each()
	}
	r.delim("]")
}

func (r reader) text() string {
	token, err := r.Token()
	require(err, "bundle")
	text, isText := token.(string)
	check(isText, "not text")
	return text
}

func unhex(text string) []byte {
	data, err := hex.DecodeString(text)
	require(err, "hex")
	check(hex.EncodeToString(data) == text, "hex in another spelling")
	return data
}

func (r reader) hex() []byte { return unhex(r.text()) }

func (r reader) hexOf(length int) []byte {
	data := r.hex()
	check(len(data) == length, "hex of another length")
	return data
}

func (r reader) hash() (hash tlog.Hash) {
	copy(hash[:], r.hexOf(tlog.HashSize))
	return hash
}

func (r reader) hashes() []tlog.Hash {
	all := []tlog.Hash{}
	r.list(func() { all = append(all, r.hash()) })
	return all
}

func (r reader) number() uint64 {
	token, err := r.Token()
	require(err, "bundle")
	text, isNumber := token.(json.Number)
	var n uint64
	_, err = fmt.Sscanf(string(text), "%d", &n)
	check(isNumber && err == nil && fmt.Sprint(n) == string(text), "not a number")
	return n
}

// --- Cap'n Proto: one segment, structs only ----------------------------------------------------------------------------

func unpack(packed []byte) []byte {
	out := []byte{}
	take := func(count int) []byte {
		check(count <= len(packed), "a part that is cut short")
		taken := packed[:count]
		packed = packed[count:]
		return taken
	}
	for len(packed) > 0 {
		tag := take(1)[0]
		for bit := 0; bit < 8; bit++ {
			if tag>>bit&1 == 1 {
				out = append(out, take(1)[0])
			} else {
				out = append(out, 0)
			}
		}
		if tag == 0 {
			out = append(out, make([]byte, 8*int(take(1)[0]))...)
		} else if tag == 0xff {
			out = append(out, take(8*int(take(1)[0]))...)
		}
		check(len(out) <= 16<<20, "a part that is too large")
	}
	check(len(out) >= 8 && binary.LittleEndian.Uint32(out) == 0, "a part of several segments")
	check(len(out)-8 == 8*int(binary.LittleEndian.Uint32(out[4:])), "a part of another length")
	return out[8:]
}

// A struct by its pointer; a null pointer is a struct of zeros.
type capnpStruct struct {
	words          []byte
	at             int
	data, pointers int // words
	null           bool
}

var nullStruct = capnpStruct{null: true}

func structAt(words []byte, at int) capnpStruct {
	check(at+8 <= len(words), "a pointer that leads outside")
	pointer := binary.LittleEndian.Uint64(words[at:])
	if pointer == 0 {
		return nullStruct
	}
	check(pointer&3 == 0, "a pointer that is no struct's")
	s := capnpStruct{words, at + 8 + 8*int(int32(pointer)>>2), int(pointer >> 32 & 0xffff), int(pointer >> 48), false}
	check(s.at >= 0 && s.at+8*(s.data+s.pointers) <= len(words), "a pointer that leads outside")
	return s
}

func (s capnpStruct) u64(offset int) uint64 {
	if s.null || offset+8 > 8*s.data {
		return 0
	}
	return binary.LittleEndian.Uint64(s.words[s.at+offset:])
}

func (s capnpStruct) u16(offset int) uint16 { return uint16(s.u64(offset&^7) >> (8 * (offset & 7))) }

func (s capnpStruct) child(index int) capnpStruct {
	if s.null || index >= s.pointers {
		return nullStruct
	}
	return structAt(s.words, s.at+8*(s.data+index))
}

func (s capnpStruct) id(index int) (id [16]byte) {
	child := s.child(index)
	binary.BigEndian.PutUint64(id[:], child.u64(0))
	binary.BigEndian.PutUint64(id[8:], child.u64(8))
	return id
}

func (s capnpStruct) bytes(index int) []byte {
	check(!s.null && index < s.pointers, "bytes that are not there")
	at := s.at + 8*(s.data+index)
	pointer := binary.LittleEndian.Uint64(s.words[at:])
	check(pointer&3 == 1 && pointer>>32&7 == 2, "a pointer that is no bytes'")
	start, count := at+8+8*int(uint32(pointer)>>2), int(pointer>>35)
	check(start+count <= len(s.words), "a pointer that leads outside")
	return s.words[start : start+count]
}

// --- entries -----------------------------------------------------------------------------------------------------------

type entry struct {
	leaf              tlog.Hash
	lines             int
	position          int64
	recordedAt        int64
	eventID           []byte
	linesRoot, sealed tlog.Hash
	isClosing         bool
	covered           uint64
	closingRoot       tlog.Hash
}

func readEntry(data []byte) entry {
	check(len(data) >= 8 && len(data)%8 == 0, "an entry of another length")
	root := structAt(data, 0)
	check(!root.null && root.at == 8, "an entry of another form")
	section := make([]byte, 15*8)
	copy(section, data[8:8+8*root.data])
	e := entry{leaf: tlog.RecordHash(data), lines: int(root.u16(2)), position: int64(root.u64(8)),
		recordedAt: int64(root.u64(16)), eventID: section[24:40], isClosing: root.u16(4) == 2}
	copy(e.linesRoot[:], section[56:])
	copy(e.sealed[:], section[88:])
	if e.isClosing {
		closing := root.child(0)
		e.covered = closing.u64(0)
		check(copy(e.closingRoot[:], closing.bytes(0)) == tlog.HashSize, "a closing of another form")
	}
	return e
}

// --- events ------------------------------------------------------------------------------------------------------------

type part struct {
	digest     tlog.Hash
	key        []byte
	ciphertext []byte
}

type event struct {
	entry        entry
	common       capnpStruct
	hasCommon    bool
	patients     []capnpStruct
	patientParts int
}

func (b *bundle) open(e entry, header []byte, parts []part) event {
	out := event{entry: e, common: nullStruct}
	if e.sealed == (tlog.Hash{}) {
		check(len(header) == 0 && len(parts) == 0, "content that the entry does not have")
		return out
	}
	check(len(header) == 34+37*len(parts) && header[0] == 0 && int(header[33]) == len(parts), "another header")
	digests := []tlog.Hash{}
	for _, p := range parts {
		digests = append(digests, p.digest)
	}
	root := treeRoot(digests)
	check(labelled("sealed", header, root[:]) == e.sealed, "content of another entry")
	for i, p := range parts {
		head := header[34+37*i : 71+37*i]
		if head[0] == partPatient {
			out.patientParts++
		}
		if p.key == nil {
			continue
		}
		opened := structAt(unpack(b.openPart(e, byte(i), head, p)), 0)
		if head[0] == partCommon {
			out.common, out.hasCommon = opened, true
		} else if head[0] == partPatient {
			out.patients = append(out.patients, opened)
		}
	}
	return out
}

func (b *bundle) openPart(e entry, index byte, head []byte, p part) []byte {
	check(head[0] >= partCommon && head[0] <= partText, "a part that nobody may show")
	check(labelled("part", []byte{index}, p.ciphertext) == p.digest, "a ciphertext that is another's")
	commitment := labelled("commit", p.key)
	check(bytes.Equal(commitment[:], head[5:]), "a key that is another's")
	check(len(p.ciphertext) == int(binary.BigEndian.Uint32(head[1:])), "a ciphertext of another length")
	block, err := aes.NewCipher(p.key)
	require(err, "part")
	gcm, err := cipher.NewGCM(block)
	require(err, "part")
	aad := append([]byte{byte(len(b.origin) >> 8), byte(len(b.origin))}, b.origin...)
	aad = append(append(aad, e.eventID...), index)
	plain, err := gcm.Open(nil, make([]byte, 12), p.ciphertext, aad)
	require(err, "part")
	return plain
}

func (e event) kind() uint16 { return e.common.u16(0) }

// The member of the union and its struct: in common, or in the first patient part.
func (e event) body() (uint16, capnpStruct) {
	found := e.common.child(10)
	if found.null && len(e.patients) > 0 && e.patients[0].u16(0) == 0 {
		found = e.patients[0].child(1)
	}
	return found.u16(0), found.child(0)
}

func (e event) names(key [16]byte) bool {
	if key == ([16]byte{}) {
		return false
	}
	kind, body := e.body()
	switch kind {
	case kindPatientRegistered:
		return len(e.patients) > 0 && e.patients[0].id(0) == key
	case kindProviderRegistered:
		return body.id(0) == key || body.id(5) == key
	case kindUnitRegistered:
		return body.id(0) == key
	case kindCommissionSynced:
		return body.id(0) == key || body.id(2) == key
	case kindRegionPolicySet:
		return body.id(1) == key
	}
	return false
}

// --- books -------------------------------------------------------------------------------------------------------------

type book struct {
	id     []byte
	name   []byte
	kind   byte
	stream byte
	keys   [][16]byte
	size   uint64
	whole  bool
	from   uint64
	events []event
}

func (k *book) parseName() {
	if len(k.name) == 0 {
		return
	}
	id := labelled("book", k.name)
	check(bytes.Equal(id[:16], k.id), "an id of another name")
	at, count := 1, 1
	k.kind = k.name[0]
	check(k.kind >= 1 && k.kind <= 8, "a name of no book")
	if k.kind == 1 {
		check(len(k.name) > 1 && k.name[1] >= 1 && k.name[1] <= 9, "a name of no stream")
		at, k.stream = 2, k.name[1]
		count = map[byte]int{1: 1, 2: 2, 3: 2, 4: 2, 5: 1, 6: 1, 7: 1, 8: 1, 9: 0}[k.stream]
	}
	rest := k.name[at:]
	month := 0
	if k.stream == 5 {
		month = 4
	}
	check(len(rest) == 16*count+month, "a name of another length")
	for i := 0; i < count; i++ {
		var key [16]byte
		copy(key[:], rest[16*i:])
		k.keys = append(k.keys, key)
	}
	if month > 0 {
		yyyymm := binary.BigEndian.Uint32(rest[16*count:])
		check(yyyymm >= 197001 && yyyymm%100 >= 1 && yyyymm%100 <= 12, "a name with no month")
	}
}

func bitOf(id []byte, i int) byte { return id[i/8] >> (7 - i%8) & 1 }

// Size and root of the book under a closing; an absent one is empty.
func readPlace(proof, id []byte, root tlog.Hash) (uint64, tlog.Hash) {
	check(len(proof) >= 2 && proof[0] <= 128 && proof[1] <= 1, "a trie proof of another form")
	depth, hasEnd := int(proof[0]), int(proof[1])
	check(len(proof) == 2+32*depth+56*hasEnd, "a trie proof of another length")
	siblings, end := proof[2:2+32*depth], proof[2+32*depth:]
	found, size, tree := tlog.Hash{}, uint64(0), emptyRoot
	if hasEnd == 1 {
		check(binary.BigEndian.Uint64(end[16:]) > 0, "a book without numbers")
		for i := 0; i < depth; i++ {
			check(bitOf(end, i) == bitOf(id, i), "a place where the book's bits do not lead")
		}
		found = labelled("closing-leaf", end)
		if bytes.Equal(end[:16], id) {
			size = binary.BigEndian.Uint64(end[16:])
			copy(tree[:], end[24:])
		}
	}
	for i := depth - 1; i >= 0; i-- {
		sibling := siblings[32*i : 32*i+32]
		if bitOf(id, i) == 0 {
			found = labelled("closing-node", found[:], sibling)
		} else {
			found = labelled("closing-node", sibling, found[:])
		}
	}
	check(found == root, "a place under another closing")
	return size, tree
}

func checkRange(leaves []tlog.Hash, start, size uint64, proof []tlog.Hash, root tlog.Hash) {
	if size == 0 {
		check(len(proof) == 0 && len(leaves) == 0 && root == emptyRoot, "an empty book that is not")
		return
	}
	end := start + uint64(len(leaves))
	var walk func(at, count uint64) tlog.Hash
	walk = func(at, count uint64) tlog.Hash {
		if at >= end || at+count <= start {
			check(len(proof) > 0, "a range proof that is too short")
			hash := proof[0]
			proof = proof[1:]
			return hash
		}
		if at >= start && count <= end-at {
			return treeRoot(leaves[at-start : at-start+count])
		}
		half := uint64(1) << (bits.Len64(count-1) - 1)
		left := walk(at, half)
		return tlog.NodeHash(left, walk(at+half, count-half))
	}
	check(walk(0, size) == root && len(proof) == 0, "not the entries that the closing counts")
}

// --- the file ----------------------------------------------------------------------------------------------------------

type bundle struct {
	reader
	origin      string
	vkey        string
	head        tlog.Tree
	closing     entry
	attestation string
	sinceSize   uint64
	since       []tlog.Hash
	subjects    []event
	books       []*book
}

func (b *bundle) include(data []byte, inclusion []tlog.Hash) entry {
	e := readEntry(data)
	require(tlog.CheckRecord(inclusion, b.head.N, b.head.Hash, e.position, e.leaf), "inclusion")
	return e
}

func (b *bundle) readParts() []part {
	all := []part{}
	b.list(func() {
		var p part
		b.object("digest key ciphertext", func() { p.digest = b.hash() }, func() {
			token, err := b.Token()
			require(err, "bundle")
			if text, isText := token.(string); isText {
				p.key = unhex(text)
				check(len(p.key) == 32, "a key of another length")
			} else {
				check(token == nil, "a key of another form")
			}
		}, func() { p.ciphertext = b.hex() })
		check((p.key == nil) == (len(p.ciphertext) == 0), "a key without its ciphertext")
		all = append(all, p)
	})
	return all
}

func (b *bundle) readSubject() {
	var data, header []byte
	var inclusion []tlog.Hash
	var parts []part
	b.object("entry inclusion header parts", func() { data = b.hex() }, func() { inclusion = b.hashes() },
		func() { header = b.hex() }, func() { parts = b.readParts() })
	b.subjects = append(b.subjects, b.open(b.include(data, inclusion), header, parts))
}

func (b *bundle) readEntry(k *book) tlog.Hash {
	var data, header, salt []byte
	var inclusion, lines []tlog.Hash
	var parts []part
	var line uint64
	b.object("entry inclusion header parts lines line salt", func() { data = b.hex() },
		func() { inclusion = b.hashes() }, func() { header = b.hex() }, func() { parts = b.readParts() },
		func() { lines = b.hashes() }, func() { line = b.number() }, func() { salt = b.hexOf(16) })
	e := b.include(data, inclusion)
	check(len(lines) == e.lines && treeRoot(lines) == e.linesRoot, "lines of another entry")
	var mine [8]byte
	binary.BigEndian.PutUint64(mine[:], k.from+uint64(len(k.events)))
	check(line < uint64(len(lines)) && lines[line] == labelled("line", k.id, mine[:], salt),
		"a line that does not say this number in this book")
	if last := len(k.events) - 1; last >= 0 {
		check(e.position > k.events[last].entry.position, "an entry that does not stand after the one before it")
	}
	k.events = append(k.events, b.open(e, header, parts))
	return e.leaf
}

func (b *bundle) readBook() {
	k := &book{}
	var root tlog.Hash
	var rangeProof, leaves []tlog.Hash
	b.object("name book from place range entries", func() { k.name = b.hex() }, func() {
		k.id = b.hexOf(16)
		k.parseName()
	}, func() {
		k.from = b.number()
		check(k.from > 0, "numbers begin at 1")
	}, func() { k.size, root = readPlace(b.hex(), k.id, b.closing.closingRoot) },
		func() { rangeProof = b.hashes() },
		func() { b.list(func() { leaves = append(leaves, b.readEntry(k)) }) })
	skipped, counted := k.from-1, uint64(len(leaves))
	if skipped > k.size {
		skipped, counted = k.size, 0
	} else if counted > k.size-skipped {
		counted = k.size - skipped
	}
	checkRange(leaves[:counted], skipped, k.size, rangeProof, root)
	k.whole = k.from == 1 && counted == k.size
	for _, earlier := range b.books {
		check(!bytes.Equal(earlier.id, k.id), "a book that stands there twice")
	}
	b.books = append(b.books, k)
}

func (b *bundle) attested() string {
	c := b.closing
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("liggare-closing/v1\norigin %s\nclosing %d %s\ncounts %d %s\n", b.origin, c.position,
		encode(c.leaf[:]), c.covered, encode(c.closingRoot[:]))
}

func (b *bundle) readAll() {
	var closing []byte
	b.object("liggareBundle origin checkpoint closing closingInclusion attestation sinceSize since subjects books",
		func() { check(b.number() == 2, "another version") },
		func() { b.origin = b.text() },
		func() { b.head = openCheckpoint([]byte(b.text()), b.vkey) },
		func() { closing = b.hex() },
		func() {
			b.closing = b.include(closing, b.hashes())
			check(b.closing.isClosing && b.closing.covered <= uint64(b.closing.position), "not a closing")
		},
		func() {
			b.attestation = b.text()
			split := strings.LastIndex(b.attestation, "\n\n")
			check(b.attestation == "" || split >= 0 && b.attestation[:split+1] == b.attested(), "attested is another")
		},
		func() { b.sinceSize = b.number() },
		func() { b.since = b.hashes() },
		func() { b.list(b.readSubject) },
		func() { b.list(b.readBook) })
	check(strings.HasPrefix(b.vkey, b.origin+"+"), "of another log")
	check(len(b.books) > 0 && len(b.books) <= 4096 && len(b.subjects) <= 4096, "more books than there may be")
	_, err := b.Token()
	check(err != nil && err.Error() == "EOF", "something behind the bundle")
}

// --- what the books claim together -------------------------------------------------------------------------------------

func (b *bundle) called(name ...[]byte) *book {
	id := labelled("book", name...)
	for _, k := range b.books {
		if bytes.Equal(k.id, id[:16]) {
			return k
		}
	}
	return nil
}

// That an event in the bundle says whose each book is, and that no month is missing.
func (b *bundle) checkNames() {
	for _, k := range b.books {
		check(len(k.keys) > 0, "a book that is nobody's")
		for _, key := range k.keys {
			bound := false
			patient := b.called([]byte{2}, key[:])
			if (k.kind == 2 || k.kind == 3) && patient != nil {
				bound = patient.from == 1 && len(patient.events) > 0 && patient.events[0].names(key)
			} else {
				for _, e := range b.subjects {
					bound = bound || e.names(key)
				}
			}
			check(bound, "no event says whose a book is")
		}
		if k.stream == 5 {
			b.checkMonths(k.keys[0])
		}
	}
}

func monthOf(micros int64) int {
	t := time.UnixMicro(micros).UTC()
	return t.Year()*100 + int(t.Month())
}

func (b *bundle) checkMonths(provider [16]byte) {
	for _, e := range b.subjects {
		if e.kind() != kindProviderRegistered || !e.names(provider) {
			continue
		}
		for month := monthOf(e.entry.recordedAt); month <= monthOf(b.closing.recordedAt); month++ {
			if month%100 == 13 {
				month += 88
			}
			var yyyymm [4]byte
			binary.BigEndian.PutUint32(yyyymm[:], uint32(month))
			check(b.called([]byte{1, 5}, provider[:], yyyymm[:]) != nil, "a month is missing")
		}
		return
	}
}

// That the keys of the books are all that merges have joined, and no others.
func (b *bundle) checkPerson() {
	here, joined, split := map[[16]byte]bool{}, map[[16]byte][2][16]byte{}, map[[16]byte]bool{}
	var first *book
	asksAccess := false
	for _, k := range b.books {
		if k.kind == 2 || k.kind == 3 {
			here[k.keys[0]] = true
			asksAccess = asksAccess || k.kind == 3
			if first == nil {
				first = k
			}
		}
	}
	if first == nil {
		return
	}
	for key := range here {
		patient := b.called([]byte{2}, key[:])
		check(patient != nil && patient.whole, "a patient book that is missing, or a part of one")
		check(!asksAccess || b.called([]byte{3}, key[:]) != nil, "an access book that is missing")
		for _, e := range patient.events {
			if e.patientParts < 2 {
				continue
			}
			check(e.kind() != 0, "an event that may have joined somebody is not opened")
			if e.kind() != kindMerged && e.kind() != kindSplit {
				continue
			}
			check(len(e.patients) > 0, "whom an event joined is not opened")
			for _, p := range e.patients {
				kind, body := p.child(1).u16(0), p.child(1).child(0)
				if p.u16(0) == 0 && kind == kindMerged {
					joined[body.id(0)] = [2][16]byte{body.id(1), body.id(2)}
				} else if p.u16(0) == 0 && kind == kindSplit {
					split[body.id(1)] = true
				}
			}
		}
	}
	person := map[[16]byte]bool{first.keys[0]: true}
	for grown := true; grown; {
		grown = false
		for merge, sides := range joined {
			if !split[merge] && person[sides[0]] != person[sides[1]] {
				person[sides[0]], person[sides[1]], grown = true, true, true
			}
		}
	}
	check(fmt.Sprint(person) == fmt.Sprint(here), "not the books of one person under all keys")
}

func (b *bundle) checkKnown(path string) {
	data, err := ioutil.ReadFile(path)
	require(err, "known checkpoint")
	known := openCheckpoint(data, b.vkey)
	proof := b.since
	if known.N != int64(b.sinceSize) {
		check(known.N == 0 || known.N == b.head.N, "no proof that the known checkpoint is continued")
		proof = nil
	}
	if known.N == b.head.N {
		check(known.Hash == b.head.Hash, "another root at the same size")
		return
	}
	checkGrowth(known.N, known.Hash, b.head.N, b.head.Hash, proof)
}

func (b *bundle) checkAuditors(words string) {
	parts := strings.Split(words, ",")
	known := []note.Verifier{}
	for _, vkey := range parts[1:] {
		known = append(known, parseCosigner(vkey))
	}
	opened, err := note.Open([]byte(b.attestation), note.VerifierList(known...))
	require(err, "attestation")
	check(int64(len(opened.Sigs)) >= decimal(parts[0]), "attested by too few")
}

func checkBundle(path, vkey string, words []string) {
	data, err := ioutil.ReadFile(path)
	require(err, "bundle")
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	b := &bundle{reader: reader{decoder}, vkey: vkey}
	b.readAll()
	entries, isExpected := 0, false
	for _, k := range b.books {
		check(k.whole, "a part of a book")
		entries += len(k.events)
	}
	for _, word := range words {
		switch {
		case strings.HasPrefix(word, "known="):
			b.checkKnown(word[len("known="):])
		case strings.HasPrefix(word, "auditors="):
			b.checkAuditors(word[len("auditors="):])
		case strings.HasPrefix(word, "book="):
			isExpected = len(b.books) == 1 && word[len("book="):] == hex.EncodeToString(b.books[0].id)
		}
	}
	if !isExpected {
		b.checkNames()
	}
	b.checkPerson()
	fmt.Printf("go: %d books with %d entries, whole\n", len(b.books), entries)
}
