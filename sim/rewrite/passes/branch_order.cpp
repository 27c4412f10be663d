// branch_order: layers in an order that follows from the graph alone: each branch in one go, the longest first. Off
// unless asked for, because files mostly come in a good order; with it, two files of one network that list its branches
// in different order run alike.
//
// Exact: any order with producers before consumers computes the same. Networks with state variables keep theirs.
#include <algorithm>

#include "sim/rewrite/editor.h"
#include "sim/rewrite/pass.h"

namespace subvolt::rewrite {
namespace {

class Ordering {
 public:
  explicit Ordering(const Editor& editor) : editor_(editor), layers_(editor.layers()) {
    const std::size_t size = layers_.empty() ? 0 : *std::max_element(layers_.begin(), layers_.end()) + 1;
    depth_.assign(size, 0);
    done_.assign(size, false);
    for (const LayerId layer : layers_) {
      for (const LayerId maker : makers(layer)) depth_[layer] = std::max(depth_[layer], depth_[maker] + 1);
    }
  }

  std::vector<LayerId> run() {
    for (const TensorId id : editor_.outputs()) {
      if (const auto maker = editor_.producer(id)) visit(*maker);
    }
    for (const LayerId layer : layers_) visit(layer);
    return order_;
  }

 private:
  // The deepest first.
  std::vector<LayerId> makers(LayerId layer) const {
    std::vector<LayerId> all;
    for (const TensorId id : editor_.at(layer).inputs) {
      if (const auto maker = editor_.producer(id)) all.push_back(*maker);
    }
    std::stable_sort(all.begin(), all.end(), [&](LayerId a, LayerId b) { return depth_[a] > depth_[b]; });
    return all;
  }

  // With a stack of its own: networks are deeper than the program's stack should be.
  void visit(LayerId layer) {
    std::vector<LayerId> stack = {layer};
    while (!stack.empty()) {
      const LayerId top = stack.back();
      const std::vector<LayerId> before = makers(top);
      const auto open = std::find_if(before.begin(), before.end(), [&](LayerId maker) { return !done_[maker]; });
      if (!done_[top] && open != before.end()) {
        stack.push_back(*open);
        continue;
      }
      if (!done_[top]) order_.push_back(top);
      done_[top] = true;
      stack.pop_back();
    }
  }

  const Editor& editor_;
  std::vector<LayerId> layers_;
  std::vector<std::size_t> depth_;  // layers before it, along the longest way
  std::vector<bool> done_;
  std::vector<LayerId> order_;
};

void run(Editor& editor) {
  const std::vector<LayerId> layers = editor.layers();
  const bool stateful = std::any_of(layers.begin(), layers.end(),
                                    [&](LayerId layer) { return editor.at(layer).form() == network::Form::kState; });
  if (!stateful) editor.reorder(Ordering(editor).run());
}

const bool branch_order_registered =
    register_pass({"branch_order", "orders layers by branch, the longest first, instead of as the file does", 95, false,
                   false, false, run});

}  // namespace
}  // namespace subvolt::rewrite
