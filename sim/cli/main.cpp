#include "sim/cli/command.h"

// SystemC's library brings a main that calls this; ours comes first.
extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char** argv) { return subvolt::cli::run_program(argc, argv); }
