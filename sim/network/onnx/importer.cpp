#include "sim/network/onnx/importer.h"

#include <filesystem>

#include "sim/network/onnx/constants.h"
#include "sim/network/onnx/walk.h"

namespace subvolt::network::from_onnx {

Value* Scope::find(const std::string& name) {
  for (Scope* scope = this; scope; scope = scope->outer) {
    const auto found = scope->values.find(name);
    if (found != scope->values.end()) return &found->second;
  }
  return nullptr;
}

bool Scope::is_absent(const std::string& name) const {
  for (const Scope* scope = this; scope; scope = scope->outer) {
    if (scope->absent.count(name) > 0) return true;
  }
  return false;
}

Importer::Importer(const onnx::ModelProto& model, const std::string& file, const Files& files,
                   const ReadOptions& options, const Shapes& example)
    : model_(model), file_(file), options_(options), example_(example) {
  graph_.files = files;
}

NetworkSpec Importer::run() {
  spec_.name = std::filesystem::path(file_).stem().string();
  spec_.file = file_;
  spec_.layout = Layout::kChannelsFirst;
  spec_.origin = at_part_of(file_, "");
  part_ = "";
  guarded([&] { read_opsets(); });
  const onnx::GraphProto& graph = model_.graph();
  add_tensors_read(graph.node(), graph_.read);
  for (const auto& output : graph.output()) graph_.read.insert(output.name());
  for (const auto* infos : {&graph.value_info(), &graph.output()}) {
    for (const auto& info : *infos) {
      if (info.type().has_tensor_type()) stated_.emplace(info.name(), &info);
    }
  }
  Scope scope;
  for (GraphInput& input : graph_inputs(graph, file_, options_, example_)) add_input(std::move(input), scope);
  walk(graph, scope, "");
  for (const auto& output : graph.output()) {
    part_ = "output " + output.name();
    guarded([&] { add_output(output.name(), scope); });
  }
  part_ = "";
  if (graph.output_size() > 0 && !computes_)
    fail("expected an output that an operator computes from an input, got none");
  spec_.layers = layers_.take();
  return std::move(spec_);
}

void Importer::fail(const std::string& message) const {
  config::Diagnostics diagnostics;
  diagnostics.error(at_part_of(file_, part_), message);
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kInternal, message);
}

void Importer::read_opsets() {
  for (const auto& import : model_.opset_import()) {
    opsets_[import.domain() == "ai.onnx" ? "" : import.domain()] = import.version();
  }
  // Before IR version 3 there was one version of everything.
  if (opsets_.empty() && model_.ir_version() < 3) opsets_[""] = 1;
  std::string versions;
  for (const auto& [domain, version] : opsets_) {
    if (version < 1) throw Fault("expected an opset of at least 1, got " + std::to_string(version));
    if (domain.empty()) versions = "ONNX opset " + std::to_string(version);
  }
  std::string producer = model_.producer_name();
  if (!producer.empty() && !model_.producer_version().empty()) producer += " " + model_.producer_version();
  spec_.source = versions + (versions.empty() || producer.empty() ? "" : ", ") + producer;
}

void Importer::add_input(GraphInput input, Scope& scope) {
  part_ = "input " + input.name;
  InputSpec spec;
  spec.name = graph_.names.unique(input.name);
  spec.shape = *input.type.shape;
  spec.type = input.element;
  spec.origin = at_part_of(file_, part_);
  layers_.add_input(Tensor{spec.name, spec.shape, spec.type, {}});
  Value value;
  value.type = std::move(input.type);
  value.tensor = spec.name;
  if (!scope.values.emplace(input.name, std::move(value)).second) fail("expected each input once");
  spec_.inputs.push_back(std::move(spec));
}

void Importer::add_output(const std::string& name, Scope& scope) {
  const Value* value = scope.find(name);
  if (!value) throw Fault("expected an operator that computes it");
  if (value->constant) return;  // the file has it already
  computes_ = computes_ || !is_input(value->tensor);
  spec_.outputs.push_back(value->tensor);
}

bool Importer::is_input(const std::string& tensor) const {
  for (const InputSpec& input : spec_.inputs) {
    if (input.name == tensor) return true;
  }
  return false;
}

NetworkSpec import_model(const onnx::ModelProto& model, const std::string& file, const Files& files,
                         const ReadOptions& options, const Shapes& example) {
  return Importer(model, file, files, options, example).run();
}

}  // namespace subvolt::network::from_onnx
