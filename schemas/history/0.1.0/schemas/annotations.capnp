@0xd0c2a5b1e96f7a10;
# What the schemas say about themselves beyond types: Swedish labels, law, and how the door treats a field.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");

annotation sv  @0xf2b8c1a3d4e50617 (enumerant, field, struct, union, group) :Text;  # Swedish text for people
annotation law @0xe1a7b2c3d4f50618 (enumerant, field, struct) :Text;                # paragraph(s), e.g. "2019:1297 3 §"
annotation code @0xc9d8e7f6a5b40619 (enumerant) :Text;                              # stable refusal code, "R-C1"
annotation binding @0xa8b7c6d5e4f3061a (enumerant) :Text;                           # LAG, FORESKRIFT, FORARBETE, VARDGIVARE, MOTOR
annotation personal @0xb6a5c4d3e2f1061b (field) :Void;   # personal free text: sealed apart, reduced to present/absent in `ask`
annotation instant @0xd7c6b5a4f3e2061c (field) :Void;    # Int64 µs UTC; RFC 3339 text in JSON
annotation day @0xe8d7c6b5a4f3061d (field) :Void;        # Int32 days since 1970; YYYY-MM-DD in JSON
annotation drawn @0xf9e8d7c6b5a4061e (field) :Void;      # Id the server draws when the client gives none
annotation refers @0x8af9e8d7c6b5061f (field) :RefKind;  # what a Ref field names

enum RefKind { person @0; provider @1; unit @2; commission @3; staff @4; region @5; }
