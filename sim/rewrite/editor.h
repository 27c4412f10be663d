// A network that passes edit: layers with what they read and write, and who reads what.
//
// Layers and tensors keep their numbers while a pass runs; a layer that was fused or removed is no longer alive. The
// editor notes what becomes of each layer of the original network. Edits may leave layers in any order: build()
// puts producers before consumers again, otherwise in the order of before.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt::rewrite {

using LayerId = std::size_t;
using network::TensorId;

struct Node {
  network::LayerSpec spec;  // operator, attributes and constants; inputs and outputs are those below
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  const network::Layer* built = nullptr;  // window and counts; none for a layer that the running pass made
  Origin origin;
  bool alive = true;

  bool is(std::string_view op) const { return spec.op.is(op); }
  network::Form form() const { return spec.op->form; }
  TensorId input() const { return inputs.front(); }
  TensorId output() const { return outputs.front(); }
};

class Editor {
 public:
  // `network` stays alive as long as the editor; `origins` are those of its layers.
  Editor(const network::Network& network, std::vector<Origin> origins, std::vector<Fate>& fates);
  void begin(const std::string& pass) { pass_ = pass; }
  bool changed() const { return changed_; }

  // ---- The graph
  std::vector<LayerId> layers() const;  // alive ones, in order
  const Node& at(LayerId layer) const { return nodes_[layer]; }
  const network::Tensor& tensor(TensorId id) const { return tensors_[static_cast<std::size_t>(id)]; }
  std::optional<LayerId> producer(TensorId id) const { return producers_[static_cast<std::size_t>(id)]; }
  // One entry per use: a layer that reads a tensor twice is there twice.
  const std::vector<LayerId>& readers(TensorId id) const { return readers_[static_cast<std::size_t>(id)]; }
  // The only layer that uses the tensor, when that is the only use; the network's outputs are used outside.
  std::optional<LayerId> sole_reader(TensorId id) const;
  bool is_input(TensorId id) const { return inputs_.count(id) > 0; }
  bool is_output(TensorId id) const { return outputs_.count(id) > 0; }
  const std::vector<TensorId>& outputs() const { return output_order_; }
  network::Layout layout() const { return spec_.layout; }

  // ---- Edits
  network::LayerSpec& edit(LayerId layer);  // operator, attributes, constants
  // Another operator with its default attributes and no constants; name, source and place stay.
  network::LayerSpec& set_operator(LayerId layer, std::string_view op);
  network::Tensor& edit_tensor(TensorId id);
  void set_layout(network::Layout layout);
  void set_inputs(LayerId layer, std::vector<TensorId> inputs);
  void set_input(LayerId layer, std::size_t i, TensorId id);
  // From now on `layer` makes this tensor; whoever made it before no longer does.
  void set_output(LayerId layer, std::size_t i, TensorId id);
  TensorId add_tensor(network::Tensor tensor);  // its name is made unique
  // A new layer next to another one. Its name is made unique.
  LayerId insert(network::LayerSpec spec, std::vector<TensorId> inputs, std::vector<TensorId> outputs, LayerId next_to);
  // Every layer that read `from` reads `to`.
  void replace_uses(TensorId from, TensorId to);

  // The layer goes; `into` does its work from now on.
  void fuse(LayerId layer, LayerId into, const std::string& reason);
  // The layer goes, and `into` makes its output instead of its own.
  void absorb(LayerId follower, LayerId into, const std::string& reason);
  // The layer goes, and nobody does its work.
  void remove(LayerId layer, const std::string& reason);
  // Removes a layer whose output is its input. False when both are ends of the network.
  bool bypass(LayerId layer, const std::string& reason);
  // All layers that are alive, in another order.
  void reorder(const std::vector<LayerId>& order);
  // Notes the running pass as the one that changed this layer.
  void mark(LayerId layer, const std::string& reason);

  // The edited network, built and checked; origins() are those of its layers. Throws Error(kInternal) when a pass
  // made something that is no network.
  network::Network build();
  std::vector<Origin> origins() const;  // after build()

 private:
  void bury(LayerId layer);
  void unlink(LayerId layer);
  std::vector<LayerId> sorted() const;
  void settle_shared_constants(std::vector<network::LayerSpec>& layers) const;
  network::LayerSpec written(const Node& node) const;
  std::string fresh(std::set<std::string, std::less<>>& taken, const std::string& name) const;

  network::NetworkSpec spec_;
  // Deques: references stay while layers and tensors are added.
  std::deque<Node> nodes_;
  std::vector<LayerId> order_;
  std::deque<network::Tensor> tensors_;
  std::vector<std::optional<LayerId>> producers_;
  std::deque<std::vector<LayerId>> readers_;
  std::set<TensorId> inputs_, outputs_;
  std::vector<TensorId> output_order_;
  std::set<std::string, std::less<>> layer_names_, tensor_names_;
  std::vector<Fate>& fates_;
  std::vector<LayerId> built_order_;
  std::string pass_;
  bool changed_ = false;
};

}  // namespace subvolt::rewrite
