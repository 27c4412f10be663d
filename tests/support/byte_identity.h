// Follows a program through memory by the identity of bytes: does everyone find what he reads where he looks for it?
//
// A byte of memory holds the number of the element that was put there last. An output of a layer is new elements, but
// for those of views, concatenations and splits, which are elements of their inputs: which ones is worked out here from
// coordinates. Elements are bytes.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/mapping/program/plan.h"
#include "tests/support/program_walk.h"

namespace subvolt::test {

class ByteIdentity {
 public:
  ByteIdentity(const network::Network& network, const mapping::Plan& plan) : network_(network), plan_(plan) {
    std::uint32_t first = 1;
    for (const network::Tensor& tensor : network.tensors) {
      elements_.emplace_back();
      for (std::int64_t e = 0; e < tensor.shape.elements(); ++e) elements_.back().push_back(first++);
    }
  }

  void run() {
    for (const network::TensorId t : network_.inputs) put(t);
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      SCOPED_TRACE("layer " + network_.layers[l].name);
      run(l);
      if (::testing::Test::HasFailure()) return;
    }
    for (const network::TensorId t : network_.outputs) expect_there(t);
  }
  // Layers that nothing was left to do for.
  int in_place() const { return in_place_; }

 private:
  using Coordinates = std::vector<std::int64_t>;
  std::vector<std::uint32_t>& elements(network::TensorId t) { return elements_[static_cast<std::size_t>(t)]; }
  std::uint64_t address(network::TensorId t, std::int64_t element) const {
    const mapping::Placement::Place& place = plan_.placement.activations[static_cast<std::size_t>(t)];
    const std::int64_t row = network_.tensor(t).shape.channels();
    const std::int64_t pitch = place.pitch == 0 ? row : place.pitch;
    return place.address + static_cast<std::uint64_t>(element / row * pitch + element % row);
  }
  struct Byte {
    std::uint32_t element = 0;
    std::int32_t layer = -1;   // that stored it last
    std::uint32_t stores = 0;  // of that layer
  };
  Byte& at(std::uint64_t a) {
    if (a / kPage != page_number_ || !page_) {
      page_number_ = a / kPage;
      std::vector<Byte>& page = pages_[page_number_];
      page.resize(kPage);
      page_ = page.data();
    }
    return page_[a % kPage];
  }
  // Calls visit(byte, element) for each of a tensor.
  template <class Visit>
  void for_each(network::TensorId t, const Visit& visit) {
    const std::vector<std::uint32_t>& all = elements(t);
    for (std::size_t e = 0; e < all.size(); ++e) visit(at(address(t, static_cast<std::int64_t>(e))), all[e]);
  }
  void put(network::TensorId t) {
    for_each(t, [](Byte& byte, std::uint32_t element) { byte.element = element; });
  }
  void expect_there(network::TensorId t) {
    std::int64_t wrong = 0;
    for_each(t, [&](const Byte& byte, std::uint32_t element) { wrong += byte.element != element ? 1 : 0; });
    EXPECT_EQ(wrong, 0) << "bytes of " << network_.tensor(t).name << " that are not where they are looked for";
  }

  // Which elements of the inputs the outputs are.
  void know_outputs(const network::Layer& layer) {
    if (network::is_view(layer) && !layer.inputs.empty()) elements(layer.outputs[0]) = elements(layer.inputs[0]);
    const bool concat = layer.op.is("concat"), split = layer.op.is("split");
    if (!concat && !split) return;
    const auto axis = static_cast<std::size_t>(layer.attributes.axes.at(0));
    std::int64_t before = 0;
    for (const network::TensorId part : concat ? layer.inputs : layer.outputs) {
      const network::TensorId whole = concat ? layer.outputs[0] : layer.inputs[0];
      const network::Shape& small = network_.tensor(part).shape;
      const network::Shape& large = network_.tensor(whole).shape;
      for (std::int64_t e = 0; e < small.elements(); ++e) {
        Coordinates c(small.rank());
        for (std::size_t i = small.rank(), rest = static_cast<std::size_t>(e); i-- > 0;) {
          c[i] = static_cast<std::int64_t>(rest) % small[i];
          rest /= static_cast<std::size_t>(small[i]);
        }
        c[axis] += before;
        std::int64_t flat = 0;
        for (std::size_t i = 0; i < large.rank(); ++i) flat = flat * large[i] + c[i];
        auto& one = elements(part)[static_cast<std::size_t>(e)];
        auto& other = elements(whole)[static_cast<std::size_t>(flat)];
        (concat ? other : one) = concat ? one : other;
      }
      before += small[axis];
    }
  }

  void run(std::size_t l) {
    const network::Layer& layer = network_.layers[l];
    const mapping::LayerProgram& program = plan_.program.layers[l];
    know_outputs(layer);
    const bool in_place = plan_.mappings[l].in_place;
    if (in_place) {
      ++in_place_;
      EXPECT_TRUE(program.commands.empty());
    }
    if (program.runs == mapping::LayerProgram::Runs::kNowhere && !in_place) return;
    for (const network::TensorId t : layer.inputs) expect_there(t);
    const auto number = static_cast<std::int32_t>(l);
    std::int64_t stored = 0;
    const auto store = [&](const mapping::Block& block) {
      for_each_run(block, [&](std::uint64_t begin, std::int64_t bytes) {
        stored += bytes;
        for (std::int64_t i = 0; i < bytes; ++i) {
          Byte& byte = at(begin + static_cast<std::uint64_t>(i));
          byte = {0, number, byte.layer == number ? byte.stores + 1 : 1};
        }
      });
    };
    for (const mapping::Command& c : program.commands) {
      if (const auto* s = std::get_if<mapping::Store>(&c.what)) store(s->to);
    }
    for (const mapping::Block& block : program.host.writes) store(block);
    std::int64_t own = 0, again = 0;
    for (const network::TensorId t : layer.outputs) {
      for_each(t, [&](Byte& byte, std::uint32_t element) {
        if (byte.layer != number) return;
        byte.element = element;
        ++own;
        again += byte.stores > 1 ? 1 : 0;
      });
      expect_there(t);
    }
    EXPECT_EQ(again, 0) << "bytes are stored twice";
    if (layer.op->form == network::Form::kRecurrent || layer.op->form == network::Form::kState) return;
    EXPECT_EQ(own, stored) << "a byte is stored that is none of its outputs'";
    EXPECT_EQ(own, plan_.mappings[l].output_bytes);
  }

  static constexpr std::uint64_t kPage = 4096;
  const network::Network& network_;
  const mapping::Plan& plan_;
  std::vector<std::vector<std::uint32_t>> elements_;  // by tensor
  std::unordered_map<std::uint64_t, std::vector<Byte>> pages_;
  std::uint64_t page_number_ = 0;
  Byte* page_ = nullptr;
  int in_place_ = 0;
};

}  // namespace subvolt::test
