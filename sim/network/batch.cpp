#include "sim/network/batch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace subvolt::network {
namespace {

// The dimension of a tensor whose outer part numbers the inferences; none in a tensor that serves all of them.
using Place = std::optional<std::size_t>;

bool is_any(const Layer& layer, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return layer.op.is(name); });
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && std::string_view(text).substr(text.size() - end.size()) == end;
}

std::int64_t elements_before(const Shape& shape, std::size_t dimension) {
  std::int64_t product = 1;
  for (std::size_t i = 0; i < dimension; ++i) product *= shape[i];
  return product;
}

class Following {
 public:
  Following(const Network& network, std::int64_t batch)
      : network_(network), batch_(batch), places_(network.tensors.size()), given_(network.tensors.size(), false) {}

  bool run() {
    for (const TensorId id : network_.inputs) {
      const Shape& shape = network_.tensor(id).shape;
      if (shape.rank() >= 2 && shape[0] == batch_) place(id) = 0;
      given_[static_cast<std::size_t>(id)] = shape.elements() > 1;
    }
    for (const Layer& layer : network_.layers) {
      const bool given =
          std::any_of(layer.inputs.begin(), layer.inputs.end(), [this](TensorId id) { return is_given(id); });
      for (const TensorId id : layer.outputs) given_[static_cast<std::size_t>(id)] = given;
      if (!follow(layer)) return false;
    }
    return !network_.outputs.empty() && std::all_of(network_.outputs.begin(), network_.outputs.end(), [&](TensorId id) {
      return place(id) == Place(0) && shape(id).sizes().front() == batch_;
    });
  }

 private:
  Place& place(TensorId id) { return places_[static_cast<std::size_t>(id)]; }
  const Shape& shape(TensorId id) const { return network_.tensor(id).shape; }
  // Whether it follows from inputs, which each inference has anew; parameters do not.
  bool is_given(TensorId id) const { return given_[static_cast<std::size_t>(id)]; }

  // False when the layer computes across the batch.
  bool follow(const Layer& layer) {
    const bool any =
        std::any_of(layer.inputs.begin(), layer.inputs.end(), [&](TensorId id) { return bool(place(id)); });
    if (!any) return true;
    if (layer.op.is("batch_matmul")) return follow_product(layer);
    if (layer.op.is("gather")) return follow_gather(layer);
    if (is_any(layer, {"concat", "pack"})) return follow_join(layer);
    const bool several = layer.op->form == Form::kVector && layer.inputs.size() + layer.constants.size() > 1;
    if (several && !works_along_axes(layer) && !is_norm(layer)) return follow_element_wise(layer);
    // One operand is the batch; the others are parameters.
    for (std::size_t i = 1; i < layer.inputs.size(); ++i) {
      if (place(layer.inputs[i]) && layer.op->form != Form::kRecurrent) return follow_unknown(layer);
    }
    if (!place(layer.inputs.front())) return false;
    return follow_one(layer, shape(layer.inputs.front()), *place(layer.inputs.front()));
  }

  static bool is_norm(const Layer& layer) {
    return is_any(layer, {"batch_norm", "layer_norm", "rms_norm", "instance_norm", "group_norm", "lrn"});
  }
  static bool works_along_axes(const Layer& layer) {
    return is_any(layer, {"softmax", "log_softmax", "l2_norm", "mean", "reduce_sum", "reduce_max", "reduce_min",
                          "reduce_prod", "reduce_l2", "arg_max", "arg_min", "cumsum", "top_k", "reverse"});
  }

  bool follow_one(const Layer& layer, const Shape& in, std::size_t at) {
    const std::vector<std::int64_t>& axes = layer.attributes.axes;
    const auto along = [&](std::size_t dimension) {
      return std::any_of(axes.begin(), axes.end(), [&](std::int64_t axis) {
        return axis + (axis < 0 ? std::int64_t(in.rank()) : 0) == std::int64_t(dimension);
      });
    };
    switch (layer.op->form) {
      case Form::kArray:
        if (layer.op.is("fully_connected") && !layer.attributes.keep_dims) return false;  // over all of its input
        return at < leading_dimensions(layer, in) && to_outputs(layer, elements_before(in, at));
      case Form::kRecurrent:
        return follow_recurrent(layer, in, at);
      case Form::kView:
        return to_outputs(layer, elements_before(in, at));
      case Form::kState:
        return true;
      case Form::kGeneral:
        return follow_unknown(layer);
      case Form::kVector:
      case Form::kMove:
        break;
    }
    if (works_along_axes(layer) || is_any(layer, {"layer_norm", "rms_norm", "unpack"})) {
      if (axes.empty() || along(at)) return false;
      std::int64_t before = 1;
      for (std::size_t i = 0; i < at; ++i) before *= along(i) && gone(layer) ? 1 : in[i];
      return to_outputs(layer, before);
    }
    if (layer.op.is("transpose")) return follow_transpose(layer, in, at);
    if (is_any(layer, {"space_to_batch", "batch_to_space", "gather_nd", "scatter_nd"})) return false;
    if (is_any(layer, {"slice", "split"}) && along(at)) return false;
    // What it keeps depends on where along the last two dimensions an element lies.
    if (layer.op.is("trilu") && at + 2 >= in.rank()) return false;
    const bool has_pixels =
        is_any(layer, {"average_pool", "max_pool", "l2_pool", "average_pool1d", "max_pool1d", "l2_pool1d",
                       "average_pool3d", "max_pool3d", "l2_pool3d", "resize_bilinear", "resize_cubic", "resize_nearest",
                       "depth_to_space", "space_to_depth", "channel_shuffle"});
    if (has_pixels || is_norm(layer)) {
      return at < leading_dimensions(layer, in) && to_outputs(layer, elements_before(in, at));
    }
    return same_dimension(layer, in, at);
  }

  // Whether the dimensions of its axes are not in the result.
  static bool gone(const Layer& layer) {
    return layer.op.is("unpack") || (layer.op->form == Form::kVector && !layer.attributes.keep_dims &&
                                     is_any(layer, {"mean", "reduce_sum", "reduce_max", "reduce_min", "reduce_prod",
                                                    "reduce_l2", "arg_max", "arg_min"}));
  }

  // Dimensions in front of those that the operator computes with.
  std::size_t leading_dimensions(const Layer& layer, const Shape& in) const {
    const bool channels_alone = is_any(layer, {"fully_connected", "channel_shuffle", "batch_norm", "lrn"});
    const bool line = ends_with(layer.op->name, "1d") || is_any(layer, {"instance_norm", "group_norm"});
    const std::size_t computed = channels_alone ? 1 : line ? 2 : ends_with(layer.op->name, "3d") ? 4 : 3;
    const bool first = network_.layout == Layout::kChannelsFirst && !layer.op.is("fully_connected");
    if (first) return in.rank() > computed || (channels_alone && in.rank() > 1) ? 1 : 0;
    return in.rank() > computed ? in.rank() - computed : 0;
  }

  // Each output has the batch where as many elements stand before it.
  bool to_outputs(const Layer& layer, std::int64_t before) {
    for (const TensorId id : layer.outputs) {
      const Shape& out = shape(id);
      for (std::size_t i = 0; i < out.rank() && !place(id); ++i) {
        if (elements_before(out, i) == before && out[i] % batch_ == 0) place(id) = i;
      }
      if (!place(id)) return false;
    }
    return true;
  }

  bool same_dimension(const Layer& layer, const Shape& in, std::size_t at) {
    for (const TensorId id : layer.outputs) {
      const Shape& out = shape(id);
      const bool kept = at == 0 || out.rank() == in.rank();
      if (!kept || at >= out.rank() || out[at] != in[at]) return false;
      place(id) = at;
    }
    return true;
  }

  bool follow_unknown(const Layer& layer) {
    for (const TensorId id : layer.inputs) {
      if (place(id).value_or(0) != 0) return false;
    }
    for (const TensorId id : layer.outputs) {
      if (shape(id).rank() == 0 || shape(id)[0] != batch_) return false;
      place(id) = 0;
    }
    return true;
  }

  bool follow_recurrent(const Layer& layer, const Shape& in, std::size_t at) {
    const std::vector<std::int64_t>& axes = layer.attributes.axes;
    const bool steps = !layer.op.is("svdf");
    const std::int64_t axis = axes.empty() ? -2 : axes.front();
    const auto steps_at = static_cast<std::size_t>(axis + (axis < 0 ? std::int64_t(in.rank()) : 0));
    if (at + 1 >= in.rank() || (steps && at == steps_at)) return false;
    const std::int64_t before = elements_before(in, at);
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
      // The last hidden state, and the last cells, have no steps.
      const bool last = steps && (o > 0 || layer.attributes.last_only) && steps_at < at;
      const std::int64_t here = last ? before / in[steps_at] : before;
      const TensorId id = layer.outputs[o];
      for (std::size_t i = 0; i < shape(id).rank() && !place(id); ++i) {
        if (elements_before(shape(id), i) == here && shape(id)[i] % batch_ == 0) place(id) = i;
      }
      if (!place(id)) return false;
    }
    return true;
  }

  bool follow_transpose(const Layer& layer, const Shape& in, std::size_t at) {
    const std::vector<std::int64_t>& order = layer.attributes.order;
    for (std::size_t i = 0; i < in.rank(); ++i) {
      const std::size_t from = order.empty() ? in.rank() - 1 - i : static_cast<std::size_t>(order[i]);
      if (from != at) continue;
      place(layer.outputs.front()) = i;
      return true;
    }
    return false;
  }

  bool follow_product(const Layer& layer) {
    const Place a = place(layer.inputs[0]);
    const Place b = layer.inputs.size() > 1 ? place(layer.inputs[1]) : Place();
    const bool rows = a && !b && *a + (layer.attributes.transpose_a ? 1 : 2) == shape(layer.inputs[0]).rank() &&
                      layer.attributes.heads == 1;
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      const Place at = place(layer.inputs[i]);
      const bool inside = at && *at + 2 >= shape(layer.inputs[i]).rank();
      if (inside && !(i == 0 && rows)) return false;
    }
    if (rows && layer.attributes.transpose_a) return false;  // its rows are columns before: rare, not followed
    // Of two matrices of one inference, or a matrix and a vector, the rows are no inferences.
    if (a && !b && layer.inputs.size() > 1 && !serves_all(layer.inputs[1], shape(layer.inputs[0]).rank() - *a))
      return false;
    if (b && !a && !serves_all(layer.inputs[0], shape(layer.inputs[1]).rank() - *b)) return false;
    if (a && b && shape(layer.inputs[0]).rank() - *a != shape(layer.inputs[1]).rank() - *b) return false;
    const TensorId with = layer.inputs[a ? 0 : 1];
    return to_outputs(layer, elements_before(shape(with), a ? *a : *b));
  }

  // What an operand without the batch is to one that has it so far from the end: parameters, and what says by a size of
  // 1 that it is for all. Else it is a part of one inference, and so are all rows of the other one.
  bool serves_all(TensorId id, std::size_t from_end) const {
    return !is_given(id) || (shape(id).rank() >= from_end && shape(id)[shape(id).rank() - from_end] == 1);
  }

  // data[:axis] + indices + data[axis + 1:]
  bool follow_gather(const Layer& layer) {
    const auto axis = static_cast<std::size_t>(layer.attributes.axes.empty() ? 0 : layer.attributes.axes.front());
    const TensorId out = layer.outputs.front();
    const bool table_is_constant = layer.inputs.size() == 1 && layer.constant(Role::kWeights);
    const Place data = table_is_constant ? Place() : place(layer.inputs.front());
    const Place indices = place(layer.inputs.back());
    if (layer.inputs.size() > 1 && data && indices) return false;
    if (data) {
      if (*data >= axis) return false;
      place(out) = data;
      return shape(out).rank() > *data && shape(out)[*data] == shape(layer.inputs.front())[*data];
    }
    place(out) = axis + *indices;
    return place(out) < shape(out).rank() && shape(out)[*place(out)] == shape(layer.inputs.back())[*indices];
  }

  bool follow_join(const Layer& layer) {
    const auto axis = static_cast<std::size_t>(layer.attributes.axes.front());
    Place common;
    for (const TensorId id : layer.inputs) {
      const Place at = place(id);
      if (!at) continue;
      if (common && common != at) return false;
      common = at;
    }
    const bool packs = layer.op.is("pack");
    if (!packs && *common == axis) return false;
    place(layer.outputs.front()) = *common + (packs && *common >= axis ? 1 : 0);
    return true;
  }

  // Shapes stretch from the end: the batch is as far from it in all of them, and whatever serves all of the batch has
  // one element along it.
  bool follow_element_wise(const Layer& layer) {
    std::optional<std::size_t> from_end;
    for (const TensorId id : layer.inputs) {
      if (!place(id)) continue;
      const std::size_t here = shape(id).rank() - *place(id);
      if (from_end.value_or(here) != here) return false;
      from_end = here;
    }
    const auto has_none = [&](const Shape& operand) {
      return operand.rank() < *from_end || operand[operand.rank() - *from_end] == 1;
    };
    for (const TensorId id : layer.inputs) {
      if (!place(id) && (!has_none(shape(id)) || (layer.op.is("mul") && !serves_all(id, *from_end)))) return false;
    }
    for (const Constant& c : layer.constants) {
      if (!has_none(c.shape)) return false;
    }
    for (const TensorId id : layer.outputs) {
      if (shape(id).rank() < *from_end) return false;
      place(id) = shape(id).rank() - *from_end;
    }
    return true;
  }

  const Network& network_;
  std::int64_t batch_;
  std::vector<Place> places_;
  std::vector<bool> given_;  // by tensor: it follows from inputs
};

}  // namespace

std::int64_t batch_of(const Network& network) {
  for (const TensorId id : network.inputs) {
    const Shape& shape = network.tensor(id).shape;
    if (shape.rank() < 2) continue;
    return shape[0] > 1 && Following(network, shape[0]).run() ? shape[0] : 1;
  }
  return 1;
}

}  // namespace subvolt::network
