// Does every registered component kind describe itself fully, build from the least configuration, and keep
// quiet while it has nothing to do?
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/ports.h"
#include "sim/soc/structure.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt {

namespace kernel {
// For test output.
void PrintTo(const ComponentKind& kind, std::ostream* out) { *out << kind.kind; }
}  // namespace kernel

namespace {

using config::TypeDoc;
using kernel::ComponentKind;
using kernel::PortRole;

std::string value_of(const TypeDoc& type);

// A memory that says it is of this kind, for components that name their device; empty: there is none.
std::string memory_of_kind(const std::string& kind) {
  for (const std::string& name : config::shipped("memory")) {
    const config::Node section = config::load(config::find("memory", name), "memory").section;
    const config::Node* is = section.find("kind");
    if (is && is->value() == kind) return name;
  }
  return "";
}

// Required fields only.
std::string map_of(const config::SchemaBase& schema) {
  std::string text;
  for (const config::FieldDoc& field : schema.fields()) {
    const std::string memory = field.key == "device" ? memory_of_kind(schema.name()) : "";
    const std::string value = memory.empty() ? value_of(field.type) : memory;
    if (field.required) text += (text.empty() ? "" : ", ") + field.key + ": " + value;
  }
  return "{" + text + "}";
}

// A value that a field of that type takes. Text names a document; memories are the ones that components name.
std::string value_of(const TypeDoc& type) {
  switch (type.form) {
    case TypeDoc::Form::kInteger:
    case TypeDoc::Form::kNumber:
      return "1";
    case TypeDoc::Form::kBoolean:
      return "true";
    case TypeDoc::Form::kQuantity:
      return std::string(type.unit.example);
    case TypeDoc::Form::kChoice:
      return type.choices.front();
    case TypeDoc::Form::kList:
      return "[" + value_of(type.element.front()) + "]";
    case TypeDoc::Form::kEither:
      return value_of(type.element.front());
    case TypeDoc::Form::kObject:
      return map_of(*type.object);
    case TypeDoc::Form::kText:
    case TypeDoc::Form::kAny: {
      const auto memories = config::shipped("memory");
      return memories.empty() ? "text" : memories.front();
    }
    case TypeDoc::Form::kMap:
    case TypeDoc::Form::kKind:
      return "{}";
  }
  return "{}";
}

// The configuration of the kind in a shipped SoC, if there is one: with that it must build in any case.
config::Node configuration_of(const ComponentKind& kind) {
  for (const std::string& name : config::shipped("soc")) {
    const soc::Structure structure = soc::read_structure(name);
    for (const soc::Instance& instance : structure.instances) {
      if (instance.kind == kind.kind) return instance.node;
    }
  }
  return test::yaml(map_of(*kind.schema));
}

// Something at the other end of every port: initiators without requests, targets that are never asked.
class Surroundings {
 public:
  void connect(const ComponentKind& kind, kernel::Component& component) {
    auto* ports = dynamic_cast<kernel::HasPorts*>(&component);
    for (const kernel::PortDoc& doc : kind.ports) {
      ASSERT_NE(ports, nullptr) << kind.kind << " documents ports and has none";
      const bool initiates = doc.role == PortRole::kInitiator || doc.role == PortRole::kInterruptOut;
      kernel::Port* port = initiates ? ports->initiator_side(doc.name) : ports->target_side(doc.name);
      ASSERT_NE(port, nullptr) << kind.kind << " documents the port \"" << doc.name << "\" and does not have it";
      bind(doc, port, *ports);
    }
  }
  int requests() const { return requests_; }

 private:
  void bind(const kernel::PortDoc& doc, kernel::Port* port, kernel::HasPorts& ports) {
    const std::string name = "surroundings_" + std::to_string(number_++);
    switch (doc.role) {
      case PortRole::kTarget: {
        auto* target = dynamic_cast<kernel::TargetPort*>(port);
        ASSERT_NE(target, nullptr) << doc.name;
        initiators_.push_back(std::make_unique<test::Traffic>(name.c_str(), std::vector<test::Access>{}));
        initiators_.back()->port.socket.bind(target->socket);
        break;
      }
      case PortRole::kInitiator: {
        auto* initiator = dynamic_cast<kernel::InitiatorPort*>(port);
        ASSERT_NE(initiator, nullptr) << doc.name;
        targets_.push_back(
            std::make_unique<kernel::TargetPort>(name.c_str(), [this](kernel::Payload&) { ++requests_; }));
        initiator->socket.bind(targets_.back()->socket);
        if (doc.many) ports.map_range(port, 0x1000, 0x1000);
        break;
      }
      case PortRole::kInterruptOut: {
        auto* out = dynamic_cast<kernel::InterruptOut*>(port);
        ASSERT_NE(out, nullptr) << doc.name;
        out->bind(interrupt_);
        break;
      }
      case PortRole::kInterruptIn:
        ASSERT_NE(dynamic_cast<kernel::InterruptIn*>(port), nullptr) << doc.name;
        break;
    }
  }
  int number_ = 0;
  int requests_ = 0;
  std::vector<std::unique_ptr<test::Traffic>> initiators_;
  std::vector<std::unique_ptr<kernel::TargetPort>> targets_;
  kernel::InterruptIn interrupt_;
};

void check_event(const power::EventDeclaration& event) {
  EXPECT_FALSE(event.name.empty());
  EXPECT_FALSE(event.meaning.empty()) << event.name;
  // A price is named CLASS.EVENT in the price book; without one the event is a statistic.
  if (!event.price.empty()) {
    EXPECT_NE(event.price.find('.'), std::string::npos) << event.name;
  }
  for (const auto& [attribute, value] : event.attributes) EXPECT_FALSE(attribute.empty()) << event.name;
}

void check_declaration(const power::ComponentDeclaration& declaration) {
  SCOPED_TRACE(declaration.name);
  EXPECT_FALSE(declaration.kind.empty());
  std::set<std::string> names;
  for (const power::EventDeclaration& event : declaration.events) {
    check_event(event);
    EXPECT_TRUE(names.insert(event.name).second) << event.name << " is declared twice";
    for (const auto& [attribute, value] : event.attributes) EXPECT_GT(value, 0.0) << event.name << " " << attribute;
  }
  const power::Inventory& inventory = declaration.inventory;
  EXPECT_GE(inventory.flip_flops, 0);
  EXPECT_GE(inventory.sram_bits, 0);
  EXPECT_GE(inventory.logic_gates, inventory.flip_flops) << "gates count flip-flops, too";
  const bool empty = inventory.logic_gates == 0 && inventory.sram_bits == 0;
  if (!empty) {
    EXPECT_FALSE(inventory.basis.empty()) << "where do the counts of gates and bits come from?";
  }
}

void check_types(const config::SchemaBase& schema) {
  for (const config::FieldDoc& field : schema.fields()) {
    EXPECT_FALSE(field.meaning.empty()) << schema.name() << "." << field.key;
    const TypeDoc* type = &field.type;
    while (!type->element.empty()) type = &type->element.front();
    if (type->form == TypeDoc::Form::kObject) check_types(*type->object);
  }
}

class EveryComponentKind : public testing::TestWithParam<const ComponentKind*> {};

TEST_P(EveryComponentKind, DescribesItself) {
  const ComponentKind& kind = *GetParam();
  EXPECT_EQ(kind.kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  EXPECT_GE(kind.summary.size(), 10u);
  ASSERT_NE(kind.schema, nullptr);
  EXPECT_EQ(kind.schema->name(), kind.kind);
  EXPECT_FALSE(kind.schema->summary().empty());
  check_types(*kind.schema);
  std::set<std::pair<bool, std::string>> ports;
  for (const kernel::PortDoc& port : kind.ports) {
    EXPECT_FALSE(port.meaning.empty()) << port.name;
    const bool initiates = port.role == PortRole::kInitiator || port.role == PortRole::kInterruptOut;
    EXPECT_TRUE(ports.emplace(initiates, port.name).second) << port.name << " is documented twice";
  }
  for (const power::EventDeclaration& event : kind.events) check_event(event);
}

TEST_P(EveryComponentKind, BuildsFromTheLeastConfigurationAndKeepsQuietWhenIdle) {
  const ComponentKind& kind = *GetParam();
  test::in_child([&] {
    constexpr Hertz kClock{25'000'000};            // that every device runs at
    constexpr std::int64_t kTime = 1'000'000'000;  // ps: 25,000 cycles
    test::TestEnvironment::Options options;
    options.frequency = kClock;
    test::TestEnvironment environment(options);
    const auto component = kind.create("part", configuration_of(kind), environment);
    ASSERT_NE(component, nullptr);
    EXPECT_EQ(component->instance(), "part");
    Surroundings surroundings;
    surroundings.connect(kind, *component);
    sc_core::sc_start(kernel::to_sc_time(kTime));
    EXPECT_EQ(surroundings.requests(), 0) << "nobody has asked for anything";

    power::ActivityRecord record = environment.finish();
    EXPECT_EQ(record.total_time, kTime);
    ASSERT_FALSE(record.components.empty());
    EXPECT_EQ(record.components.front().kind, kind.kind);
    for (const power::ComponentDeclaration& declaration : record.components) {
      EXPECT_EQ(declaration.name.compare(0, 4, "part"), 0) << declaration.name << " is no child of part";
      check_declaration(declaration);
      for (const power::EventDeclaration& event : declaration.events) {
        // Background and refresh go on; nothing switches and nothing moves.
        const bool moves = event.role != power::EventRole::kNone;
        const bool switches = !event.price.empty() && event.cause == power::Cause::kSwitching;
        if (moves || switches) {
          EXPECT_EQ(test::events(record, declaration.name + "." + event.name), 0) << event.name;
        }
      }
    }
    record.clock_domains = {{"clk", {kClock}}};
    record.operating_points = {"test"};
    for (const std::string& violation : power::violations(record)) ADD_FAILURE() << violation;
  });
}

TEST_P(EveryComponentKind, RejectsUnknownKeys) {
  const ComponentKind& kind = *GetParam();
  test::in_child([&] {
    test::TestEnvironment environment;
    config::Node configuration = configuration_of(kind);
    configuration.set("no_such_key", {"test", 1, 1}, config::Node::scalar("1", {"test", 1, 14}, "no_such_key"));
    try {
      kind.create("part", configuration, environment);
      ADD_FAILURE() << "the unknown key was accepted";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      EXPECT_NE(std::string(e.what()).find("no_such_key"), std::string::npos) << e.what();
    }
  });
}

TEST(ComponentKinds, AreSortedAndFoundByName) {
  const auto kinds = kernel::component_kinds();
  ASSERT_FALSE(kinds.empty());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(kinds[i - 1]->kind, kinds[i]->kind) << "out of order, or twice";
    }
    EXPECT_EQ(kernel::find_component_kind(kinds[i]->kind), kinds[i]);
  }
  EXPECT_EQ(kernel::find_component_kind("no_such_kind"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryComponentKind, testing::ValuesIn(kernel::component_kinds()),
                         [](const auto& info) { return info.param->kind; });

}  // namespace
}  // namespace subvolt
