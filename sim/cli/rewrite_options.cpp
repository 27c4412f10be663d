#include "sim/cli/rewrite_options.h"

#include <set>

namespace subvolt::cli {

void add_rewrite_options(CLI::App& command, rewrite::Options& options) {
  command.add_flag("!--no-fuse", options.fuse, "Run operators as the file has them, without fusing any");
  command.add_option("--without", options.without, "A rewriting pass to leave out (subvolt list passes); repeatable")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--with", options.with, "A rewriting pass to add that is off by default; repeatable")
      ->take_all()
      ->allow_extra_args(false);
}

std::string canonical(const rewrite::Options& options) {
  std::string text = options.fuse ? "" : " --no-fuse";
  for (const std::string& pass : std::set<std::string>(options.with.begin(), options.with.end())) {
    text += " --with " + pass;
  }
  for (const std::string& pass : std::set<std::string>(options.without.begin(), options.without.end())) {
    text += " --without " + pass;
  }
  return text;
}

}  // namespace subvolt::cli
