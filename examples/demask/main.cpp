#include "command_line.hpp"

int main(int argc, char** argv) { return demask::program::CommandLine().run(argc, argv); }
