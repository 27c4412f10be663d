#include "sim/cli/rewrite_options.h"

#include <iostream>
#include <set>

#include "sim/config/error.h"

namespace subvolt::cli {
namespace {

using Names = config::EnumNames<rewrite::Quantize>;

rewrite::Quantize quantize_of(const std::string& text) {
  for (const auto& [value, name] : Names::names()) {
    if (name == text) return value;
  }
  throw Error(ErrorKind::kInternal, "no quantisation of the name " + text);  // the parsing has checked it
}

}  // namespace

void add_quantize_option(Arguments& arguments, rewrite::Options& options) {
  std::vector<std::string> names;
  for (const auto& entry : Names::names()) names.push_back(entry.second);
  arguments.optional_choice(
      "--quantize", [&options](const std::string& text) { options.quantize = quantize_of(text); }, names,
      "int8: takes the network as if it were quantised to\nint8 weights and activations and int32 biases");
}

void add_rewrite_options(Arguments& arguments, rewrite::Options& options) {
  add_quantize_option(arguments, options);
  arguments.flag("!--no-fuse", options.fuse, "Run operators as the file has them, without fusing any");
  arguments.repeatable("--without", options.without, "A rewriting pass to leave out (subvolt list passes); repeatable");
  arguments.repeatable("--with", options.with, "A rewriting pass to add that is off by default; repeatable");
}

void note_quantized(const std::string& network, rewrite::Quantize asked, rewrite::Quantize done) {
  if (asked == done) return;
  std::cerr << "nothing to quantise: " << network
            << " has no tensor in a format that --quantize int8 takes as int8 (fp32, fp16, 16x8): it changes nothing\n";
}

std::string canonical(const rewrite::Options& options) {
  std::string text;
  if (options.quantize) text += " --quantize " + config::FieldType<rewrite::Quantize>::text(*options.quantize);
  if (!options.fuse) text += " --no-fuse";
  for (const std::string& pass : std::set<std::string>(options.with.begin(), options.with.end())) {
    text += " --with " + pass;
  }
  for (const std::string& pass : std::set<std::string>(options.without.begin(), options.without.end())) {
    text += " --without " + pass;
  }
  return text;
}

}  // namespace subvolt::cli
