#include "cli/verb.h"

int main(int argc, char** argv) { return liggare::cli::run(argc, argv); }
