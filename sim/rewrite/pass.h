// One rewriting of networks. A pass is a file in sim/rewrite/passes that registers itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace subvolt::rewrite {

class Editor;

struct Pass {
  std::string name;     // "batch_norm"
  std::string summary;  // for `subvolt list passes`
  int order = 0;        // lower ones run first
  bool fusion = true;   // --no-fuse switches it off
  bool on = true;       // unless asked for
  bool needed = false;  // the mapper relies on it: cannot be switched off
  std::function<void(Editor&)> run;
  // Takes the network as if it were quantised: belongs to --quantize, and runs once the others have settled, because
  // those that are exact in floating point only have their turn first.
  bool quantizes = false;
};

// Call at namespace scope: static const bool NAME_registered = register_pass({...});
bool register_pass(Pass pass);
std::vector<const Pass*> passes();  // by order, then by name

}  // namespace subvolt::rewrite
