#include "sim/network/onnx/order.h"

#include <functional>
#include <map>
#include <queue>

namespace subvolt::network::from_onnx {
namespace {

void add_tensors_read(const onnx::NodeProto& node, std::set<std::string>& names) {
  names.insert(node.input().begin(), node.input().end());
  const auto add_graph = [&](const onnx::GraphProto& graph) {
    from_onnx::add_tensors_read(graph.node(), names);
    for (const auto& output : graph.output()) names.insert(output.name());
  };
  for (const auto& attribute : node.attribute()) {
    if (attribute.has_g()) add_graph(attribute.g());
    for (const auto& graph : attribute.graphs()) add_graph(graph);
  }
}

}  // namespace

void add_tensors_read(const Nodes& nodes, std::set<std::string>& names) {
  for (const auto& node : nodes) add_tensors_read(node, names);
}

Order execution_order(const Nodes& nodes) {
  std::map<std::string, int> producers;
  for (int i = 0; i < nodes.size(); ++i) {
    for (const std::string& output : nodes[i].output()) {
      if (!output.empty()) producers.emplace(output, i);
    }
  }
  std::vector<std::vector<int>> consumers(static_cast<std::size_t>(nodes.size()));
  std::vector<int> missing(static_cast<std::size_t>(nodes.size()), 0);
  for (int i = 0; i < nodes.size(); ++i) {
    std::set<std::string> read;
    add_tensors_read(nodes[i], read);
    std::set<int> from;
    for (const std::string& name : read) {
      const auto found = producers.find(name);
      if (found != producers.end()) from.insert(found->second);
    }
    // What a graph inside computes for itself is not the operator's own result.
    bool itself = false;
    for (const std::string& input : nodes[i].input()) {
      const auto found = producers.find(input);
      itself = itself || (found != producers.end() && found->second == i);
    }
    if (!itself) from.erase(i);
    for (const int producer : from) {
      consumers[static_cast<std::size_t>(producer)].push_back(i);
      ++missing[static_cast<std::size_t>(i)];
    }
  }
  Order order;
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;  // the earliest in the file first
  for (int i = 0; i < nodes.size(); ++i) {
    if (missing[static_cast<std::size_t>(i)] == 0) ready.push(i);
  }
  while (!ready.empty()) {
    const int next = ready.top();
    ready.pop();
    order.nodes.push_back(next);
    for (const int consumer : consumers[static_cast<std::size_t>(next)]) {
      if (--missing[static_cast<std::size_t>(consumer)] == 0) ready.push(consumer);
    }
  }
  for (int i = 0; i < nodes.size(); ++i) {
    if (missing[static_cast<std::size_t>(i)] > 0) order.in_cycles.push_back(i);
  }
  return order;
}

}  // namespace subvolt::network::from_onnx
