#include "sim/cli/rewrite_options.h"

#include <set>

namespace subvolt::cli {

void add_rewrite_options(Arguments& arguments, rewrite::Options& options) {
  arguments.flag("!--no-fuse", options.fuse, "Run operators as the file has them, without fusing any");
  arguments.repeatable("--without", options.without, "A rewriting pass to leave out (subvolt list passes); repeatable");
  arguments.repeatable("--with", options.with, "A rewriting pass to add that is off by default; repeatable");
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
