#include "sim/mapping/layer/who_runs.h"

#include <algorithm>

#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/place/stored_data.h"

namespace subvolt::mapping {
namespace {

using network::Form;
using network::Layer;

class Question {
 public:
  Question(const network::Network& network, std::size_t index, const Hardware& hardware)
      : network_(network), layer_(network.layers[index]), index_(index), hardware_(hardware) {}

  // Those that can run it, and what keeps the first one from it if it cannot.
  std::vector<int> accelerators(std::string& why) const {
    std::vector<int> all;
    why = layer_.counted ? "" : not_known();
    for (std::size_t a = 0; layer_.counted && a < hardware_.accelerators.size(); ++a) {
      const std::string obstacle = hardware_.accelerators[a]->obstacle(network_, index_);
      if (obstacle.empty()) all.push_back(static_cast<int>(a));
      if (why.empty()) why = obstacle;
    }
    if (!all.empty() && all.front() == 0) why.clear();
    return all;
  }

  // The host's names for the layer's tasks; empty, and what is missing, when it cannot do one of them.
  std::vector<std::string> host(std::size_t index, std::string& missing) const {
    std::vector<std::string> names;
    for (const HostTask& task : host_tasks(network_, index)) {
      const auto listed = std::find_if(task.names.begin(), task.names.end(), [&](const std::string& name) {
        return find_cost(hardware_.host.operators, name) != nullptr;
      });
      if (listed == task.names.end()) {
        missing = task.names.back();
        return {};
      }
      names.push_back(*listed);
    }
    return names;
  }

 private:
  // An operator that the reader of its file did not know, under the file's name for it: "com.example.Magic".
  std::string not_known() const {
    const std::string& word = layer_.source_op;
    if (word.empty()) return "an operator of the kind " + network::to_text(layer_.op) + " is not known";
    const std::size_t dot = word.rfind('.');
    if (dot == std::string::npos) return "the operator " + word + ", as the file has it, is not known";
    return "the operator " + word.substr(dot + 1) + " of domain " + word.substr(0, dot) + " is not known";
  }

  const network::Network& network_;
  const Layer& layer_;
  std::size_t index_;
  const Hardware& hardware_;
};

}  // namespace

Runner who_runs(const network::Network& network, std::size_t index, const Hardware& hardware) {
  const Layer& layer = network.layers[index];
  const Form form = layer.op->form;
  const bool copies_state =
      layer.op.is("assign_variable") || (layer.op.is("read_variable") && !reads_in_place(network, index));
  // A view of a constant is made by copying it.
  const bool nowhere = (form == Form::kView && !layer.inputs.empty()) || (form == Form::kState && !copies_state);
  if (nowhere) return {Runner::Runs::kNowhere, "", "", {}, {}};
  std::string why;
  std::vector<int> able = Question(network, index, hardware).accelerators(why);
  if (!able.empty()) return {Runner::Runs::kOnAccelerator, why, "", {}, std::move(able)};
  return host_runs(network, index, hardware, why);
}

Runner host_runs(const network::Network& network, std::size_t index, const Hardware& hardware, const std::string& why) {
  const Layer& layer = network.layers[index];
  std::string missing;
  std::vector<std::string> names = Question(network, index, hardware).host(index, missing);
  if (!names.empty()) {
    const std::string first = names.front();
    names.erase(names.begin());
    return {Runner::Runs::kOnHost, why, first, std::move(names), {}};
  }
  const std::string table = "soc." + hardware.host.instance + ".";
  if (!layer.counted) {
    return {Runner::Runs::kRefused,
            why + "; the host runs it once it has a cost, such as 10 cycles for each element of its results: --set " +
                table + "unknown_operators." + unknown_word(layer) + "=10",
            "",
            {},
            {}};
  }
  const std::string it = missing == network::to_text(layer.op) ? "it" : missing;
  return {Runner::Runs::kRefused,
          why + ", and host " + hardware.host.instance + " does not list " + it +
              ": give it a cost there, such as 10 cycles per operation: --set " + table + "operators." + missing +
              "=10",
          "",
          {},
          {}};
}

}  // namespace subvolt::mapping
