// A verifier that shares no code with the engine: Go's own notes and tree, from Debian's golang-golang-x-mod-dev. It
// reads what `liggare export-tiles` and `liggare prove` write, and exits with 1 and one line for whatever is not so.
//
//	verifier tree DIR VKEY [CASES]   checkpoint, every tile and every entry; then each case's inclusion and consistency
//	verifier proof FILE VKEY         one proof of an entry (C2SP tlog-proof, the entry in its extra line), or of growth
//	verifier cosigned FILE VKEY K WITNESS…   a checkpoint that the log and at least K of these witnesses signed
//	verifier bundle …                a bundle: bundle.go
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"io/ioutil"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8 // C2SP tlog-tiles: 256 hashes wide

var emptyRoot = tlog.Hash(sha256.Sum256(nil))

func require(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, words ...interface{}) {
	fmt.Fprintf(os.Stderr, "refused: "+format+"\n", words...)
	os.Exit(1)
}

// One spelling only: the library itself reads base64 whose unused last bits are set.
func decode(text string) []byte {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	require(err, "base64")
	return data
}

func decodeHash(text string) tlog.Hash {
	data := decode(text)
	if len(data) != tlog.HashSize {
		fail("a hash of %d bytes", len(data))
	}
	var hash tlog.Hash
	copy(hash[:], data)
	return hash
}

func decimal(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		fail("not a size or an index: %q", text)
	}
	return n
}

// The signed head: origin, size, root.
func openCheckpoint(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	require(err, "verifier key")
	opened, err := note.Open(data, note.VerifierList(verifier))
	require(err, "checkpoint")
	for _, signature := range opened.Sigs {
		decode(signature.Base64)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("a checkpoint of another form or origin")
	}
	return tlog.Tree{N: decimal(lines[1]), Hash: decodeHash(lines[2])}
}

// --- tiles -----------------------------------------------------------------------------------------------------------

type staticTree struct {
	root string
	size int64
	kept map[string][]byte
}

// Go's own paths have the height in front, and data where C2SP says entries.
func (t *staticTree) path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (t *staticTree) read(path string) ([]byte, error) {
	if data, found := t.kept[path]; found {
		return data, nil
	}
	data, err := ioutil.ReadFile(filepath.Join(t.root, filepath.FromSlash(path)))
	if err == nil {
		t.kept[path] = data
	}
	return data, err
}

func (t *staticTree) Height() int                            { return tileHeight }
func (t *staticTree) SaveTiles(_ []tlog.Tile, data [][]byte) {}
func (t *staticTree) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := t.read(t.path(tile))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", t.path(tile), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

// Entries of a bundle, each behind its length.
func splitBundle(path string, data []byte) [][]byte {
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			fail("%s is cut short", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	return entries
}

// The library names every width a partial tile has had; the size calls for the last.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		if last := len(tiles) - 1; last >= 0 && tiles[last].L == tile.L && tiles[last].N == tile.N {
			tiles = tiles[:last]
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

// Every tile the size calls for, from the entries up. The library makes the hashes and says which tiles there are.
func checkEverything(t *staticTree, head tlog.Tree) {
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	tiles := tilesOf(head.N)
	position := int64(0)
	for _, tile := range tiles {
		if tile.L != 0 {
			continue
		}
		path := t.path(tlog.Tile{H: tileHeight, L: -1, N: tile.N, W: tile.W})
		data, err := t.read(path)
		require(err, "entries")
		entries := splitBundle(path, data)
		if len(entries) != tile.W || position != tile.N*256 {
			fail("%s has %d entries", path, len(entries))
		}
		for _, entry := range entries {
			hashes, err := tlog.StoredHashes(position, entry, reader)
			require(err, "tree")
			first := tlog.StoredHashIndex(0, position)
			for i, hash := range hashes {
				stored[first+int64(i)] = hash
			}
			position++
		}
	}
	if position != head.N {
		fail("entries of %d positions, the checkpoint says %d", position, head.N)
	}
	for _, tile := range tiles {
		want, err := tlog.ReadTileData(tile, reader)
		require(err, "tree")
		got, err := t.read(t.path(tile))
		require(err, "tile")
		if !bytes.Equal(got, want) {
			fail("%s is not what its entries hash to", t.path(tile))
		}
	}
	root, err := tlog.TreeHash(head.N, reader)
	require(err, "tree")
	if head.N == 0 { // the library has zeros here, RFC 6962 the hash of nothing
		root = emptyRoot
	}
	if root != head.Hash {
		fail("the entries do not give the checkpoint's root")
	}
}

// What lies in the tree besides: a file that no C2SP client could ask for is a fault of the exporter.
func countFiles(root string) int {
	count := 0
	err := filepath.WalkDir(filepath.Join(root, "tile"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(root, path)
			asGo := strings.Replace(strings.Replace(filepath.ToSlash(name), "tile/", "tile/8/", 1), "entries", "data", 1)
			if _, wrong := tlog.ParseTilePath(asGo); wrong != nil {
				return wrong
			}
			count++
		}
		return err
	})
	if !os.IsNotExist(err) {
		require(err, "tree")
	}
	return count
}

// --- cases -----------------------------------------------------------------------------------------------------------

// size root index leaf k hash×k older root j hash×j
func checkCase(words []string, reader tlog.HashReader) {
	next := func() string {
		if len(words) == 0 {
			fail("a case that ends early")
		}
		word := words[0]
		words = words[1:]
		return word
	}
	hashes := func() []tlog.Hash {
		all := []tlog.Hash{}
		for count := decimal(next()); count > 0; count-- {
			all = append(all, decodeHash(next()))
		}
		return all
	}
	size, root := decimal(next()), decodeHash(next())
	index, leaf := decimal(next()), decodeHash(next())
	inclusion := hashes()
	older, olderRoot := decimal(next()), decodeHash(next())
	growth := hashes()

	require(tlog.CheckRecord(inclusion, size, root, index, leaf), "inclusion")
	mine, err := tlog.ProveRecord(size, index, reader)
	require(err, "inclusion")
	myRoot, err := tlog.TreeHash(size, reader)
	require(err, "root")
	if fmt.Sprint(mine) != fmt.Sprint(tlog.RecordProof(inclusion)) || myRoot != root {
		fail("inclusion of %d in %d: the tiles say another proof or root", index, size)
	}
	checkGrowth(older, olderRoot, size, root, growth)
	if older == 0 {
		return
	}
	grown, err := tlog.ProveTree(size, older, reader)
	require(err, "consistency")
	if fmt.Sprint(grown) != fmt.Sprint(tlog.TreeProof(growth)) {
		fail("consistency of %d with %d: the tiles say another proof", older, size)
	}
}

// The library begins at 1: a tree of size 0 begins every tree, by the empty proof, and has the empty root.
func checkGrowth(older int64, olderRoot tlog.Hash, newer int64, newerRoot tlog.Hash, proof []tlog.Hash) {
	if older == 0 {
		if len(proof) != 0 || olderRoot != emptyRoot || (newer == 0 && newerRoot != emptyRoot) {
			fail("consistency from an empty tree")
		}
		return
	}
	require(tlog.CheckTree(proof, newer, newerRoot, older, olderRoot), "consistency")
}

func checkTree(root, vkey, cases string) {
	data, err := ioutil.ReadFile(filepath.Join(root, "checkpoint"))
	require(err, "checkpoint")
	head := openCheckpoint(data, vkey)
	tree := &staticTree{root, head.N, map[string][]byte{}}
	checkEverything(tree, head)
	files, count := countFiles(root), 0
	if cases != "" {
		file, err := os.Open(cases)
		require(err, "cases")
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		reader := tlog.TileHashReader(head, tree) // which proves each tile it reads against the root
		for ; lines.Scan(); count++ {
			checkCase(strings.Fields(lines.Text()), reader)
		}
		require(lines.Err(), "cases")
	}
	fmt.Printf("go: %d entries, %d files, %d cases\n", head.N, files, count)
}

// --- proof files -----------------------------------------------------------------------------------------------------

func checkProof(path, vkey string) {
	data, err := ioutil.ReadFile(path)
	require(err, "proof")
	parts := strings.SplitN(string(data), "\n\n", 2)
	if len(parts) != 2 {
		fail("a proof without a checkpoint")
	}
	head := openCheckpoint([]byte(parts[1]), vkey)
	lines := strings.Split(parts[0], "\n")
	hashes := func(from int) []tlog.Hash {
		all := []tlog.Hash{}
		for _, line := range lines[from:] {
			all = append(all, decodeHash(line))
		}
		return all
	}
	switch {
	case len(lines) >= 3 && lines[0] == "c2sp.org/tlog-proof@v1":
		if !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
			fail("a proof of another form")
		}
		leaf := tlog.RecordHash(decode(lines[1][len("extra "):]))
		index := decimal(lines[2][len("index "):])
		require(tlog.CheckRecord(hashes(3), head.N, head.Hash, index, leaf), "inclusion")
		fmt.Printf("go: entry %d in %d\n", index, head.N)
	case len(lines) >= 3 && lines[0] == "liggare-consistency@v1":
		from, to := strings.Split(lines[1], " "), strings.Split(lines[2], " ")
		if len(from) != 3 || len(to) != 3 || from[0] != "from" || to[0] != "to" {
			fail("a proof of another form")
		}
		if decimal(to[1]) != head.N || decodeHash(to[2]) != head.Hash {
			fail("the proof leads to another head than the checkpoint's")
		}
		checkGrowth(decimal(from[1]), decodeHash(from[2]), head.N, head.Hash, hashes(3))
		fmt.Printf("go: %s begins %d\n", from[1], head.N)
	default:
		fail("not a proof")
	}
}

// --- cosignatures ----------------------------------------------------------------------------------------------------

// C2SP tlog-cosignature, cosignature/v1: the library knows notes but not these.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	if seconds == 0 || seconds > 1<<63-1 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

func parseCosigner(vkey string) *cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		fail("not a verifier key")
	}
	key := decode(parts[2])
	if len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		fail("not a cosigner's Ed25519 key")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(digest[:])
	if parts[1] != fmt.Sprintf("%08x", hash) {
		fail("a key with another id")
	}
	return &cosigner{parts[0], hash, key[1:]}
}

func checkCosigned(path, vkey, needed string, witnesses []string) {
	data, err := ioutil.ReadFile(path)
	require(err, "checkpoint")
	head := openCheckpoint(data, vkey)
	log, err := note.NewVerifier(vkey)
	require(err, "verifier key")
	known := []note.Verifier{log}
	for _, witness := range witnesses {
		known = append(known, parseCosigner(witness))
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	require(err, "cosignatures")
	count := int64(0)
	for _, signature := range opened.Sigs {
		if signature.Hash != log.KeyHash() || signature.Name != log.Name() {
			count++
		}
	}
	if count < decimal(needed) {
		fail("cosigned by %d, not by %s", count, needed)
	}
	fmt.Printf("go: %d entries cosigned by %d\n", head.N, count)
}

func main() {
	given := len(os.Args) - 1
	words := append(os.Args[1:], "", "", "", "")
	switch words[0] {
	case "tree":
		checkTree(words[1], words[2], words[3])
	case "proof":
		checkProof(words[1], words[2])
	case "cosigned":
		if given < 5 {
			fail("cosigned FILE VKEY K WITNESS…")
		}
		checkCosigned(words[1], words[2], words[3], words[4:given])
	case "bundle":
		if given < 3 {
			fail("bundle FILE VKEY [known=CHECKPOINT] [book=ID] [auditors=K,VKEY…]")
		}
		checkBundle(words[1], words[2], words[3:given])
	default:
		fail("verifier tree DIR VKEY [CASES] | proof FILE VKEY | cosigned FILE VKEY K WITNESS… | bundle FILE VKEY …")
	}
}
