// Where the tests that start the program first had it.
#pragma once

#include "tests/support/program.h"
