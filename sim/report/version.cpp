#include "sim/report/version.h"

#include <systemc>

#include "subvolt_version.h"

namespace subvolt::report {

std::string program_version() { return build::kVersion; }
std::string git_revision() { return build::kGit; }
std::string systemc_version() { return sc_core::sc_release(); }
std::string language_rules() { return "ISO C++17, -ffp-contract=off"; }

std::string build_compiler() {
#if defined(__clang__)
  std::string name = "clang " __clang_version__;
#else
  std::string name = "gcc " __VERSION__;
#endif
#ifdef NDEBUG
  return name + ", optimised";
#else
  return name + ", debug checks on";
#endif
}

}  // namespace subvolt::report
