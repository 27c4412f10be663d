// A memory in a SoC: a TLM-2.0 target around a kernel::MemoryEngine, whatever the kind of memory.
//
// Port: "" (target, approximately-timed base protocol; b_transport through the socket's adapter; transport_dbg).
// Clocks: the memory runs on its own (the engine was made for it), its child "controller" on the on-chip clock.
//
// Timing. A request enters the controller at the first edge e of the controller's clock at which both power domains
// are ON, while fewer than `queue` others are inside; until then it is not accepted, which holds the initiator's next
// one. It is offered to the engine at the edge `request_latency` cycles after e, in order of arrival; one that the
// engine has no room for is offered again whenever room may have appeared, and those behind it wait. The answer comes
// `response_latency` cycles after the first controller edge at or after its completion, in order of completion.
// Requests without data, TLM_IGNORE and errors are answered after both latencies without reaching the memory. Errors:
// addresses outside of the capacity, a streaming width below the length.
//
// Contents. Bytes are stored and delivered in order of arrival for payloads that carry any (memory_contents.h).
// A volatile memory forgets them when its power domain goes OFF.
//
// Power. When the memory's power domain becomes RETENTION, OFF or ON, the engine hears of it by request_state().
//
// Events: those of the engine first, in its order; then read_B, write_B (bytes asked for; no price).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/mem/target/memory_contents.h"
#include "models/mem/target/memory_controller.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/memory_engine.h"
#include "sim/kernel/memory_stream.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::mem {

struct MemoryTargetTraits {
  std::string kind;             // "dram"
  std::string price_book;       // the device's document; empty: the technology's book
  power::Inventory inventory;   // of the memory; an external device has none but a basis
  std::string controller_kind;  // "dram_controller"
  std::string controller_price = "memory_controller.request";
  power::Inventory controller_inventory;
  MemoryControllerConfig controller;
  // For the mapper (mapping::MemoryRegion).
  double cost_per_byte = 1.0;
  std::optional<double> write_cost_per_byte;  // as reads
  std::optional<double> bytes_per_cycle;      // of the accelerator; none: as it turns out
  bool off_chip = true;
  bool writable = true;  // at run time
  bool non_volatile = false;
  unsigned char fill = 0;  // what unwritten bytes read as
};

using MakeEngine = std::function<std::unique_ptr<kernel::MemoryEngine>(std::int64_t clock_hz)>;

// The engine of the component `name`, made for `clock_hz`, or where 0 for its clock. A clock that does not fit is an
// error where the clock was set, whatever else the device objects to one at `device`.
std::unique_ptr<kernel::MemoryEngine> engine_for(const std::string& name, const config::Node& device,
                                                 kernel::Environment& environment, const MakeEngine& make,
                                                 std::int64_t clock_hz);

class MemoryTarget : public kernel::Component,
                     public kernel::HasPorts,
                     public mapping::Memory,
                     public kernel::DirectTarget {
 public:
  MemoryTarget(sc_core::sc_module_name name, kernel::Environment& environment, MemoryTargetTraits traits,
               MakeEngine make);
  // The engine's, read_B and write_B.
  static std::vector<power::EventDeclaration> events(const kernel::MemoryEngine& engine);

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }

  Bytes capacity() const override { return engine_->capacity(); }
  double cost_per_byte() const override { return traits_.cost_per_byte; }
  bool off_chip() const override { return traits_.off_chip; }
  double write_cost_per_byte() const override { return traits_.write_cost_per_byte.value_or(traits_.cost_per_byte); }
  std::vector<mapping::Passage> passages(bool write, const mapping::PointRates& at) const override;
  bool writable() const override { return traits_.writable; }
  bool non_volatile() const override { return traits_.non_volatile; }

  bool begin_direct(std::uint64_t address, std::uint64_t bytes, std::int64_t gap_ps) override;
  void end_direct() override;
  std::int64_t direct(const kernel::DirectAccess& access, std::int64_t at_ps) override;
  std::int64_t repeat(const kernel::DirectAccess& next, std::int64_t since_ps, std::int64_t period_ps,
                      std::int64_t most) override;

  void settle() override;
  void state(kernel::StateKey& key) const override;
  void keep_spans(power::SpanLog& log) override;  // and which rows are open, where it has some
  kernel::MemoryEngine& engine() { return *engine_; }
  const kernel::MemoryEngine& engine() const { return *engine_; }
  MemoryController& controller() { return controller_; }

 private:
  MemoryTarget(sc_core::sc_module_name name, kernel::Environment& environment, MemoryTargetTraits traits,
               MakeEngine make, std::unique_ptr<kernel::MemoryEngine> engine);
  struct Todo {
    enum What { kOffer, kAnswer } what = kOffer;
    kernel::Payload* payload = nullptr;
    std::uint32_t id = 0;
  };
  struct Pending {
    std::uint32_t id = 0;
    kernel::Payload* payload = nullptr;
  };
  void arrive(kernel::Payload& payload);
  void start(kernel::Payload& payload);
  bool check(kernel::Payload& payload) const;  // true: goes to the memory
  void work();
  void drive();  // engine, offers and completions, up to now
  bool offer_first();
  void collect();
  void answer(kernel::Payload& payload, std::int64_t data_end_ps);
  void finish(kernel::Payload& payload);
  void state_changed(power::PowerState state);
  unsigned debug(kernel::Payload& payload);

  MemoryTargetTraits traits_;
  MakeEngine make_;
  std::unique_ptr<kernel::MemoryEngine> engine_;
  // For the mapper, by the clock that it asked for: the device's clock then, and how fast it is.
  mutable std::map<std::int64_t, std::pair<std::int64_t, kernel::MemoryStreams>> measured_;
  std::size_t engine_events_;
  MemoryController controller_;
  kernel::TargetPort port_;
  MemoryContents contents_;
  int inside_ = 0;                        // accepted and not yet answered
  std::deque<kernel::Payload*> waiting_;  // arrived while the queue was full, not accepted
  std::deque<Pending> queued_;            // at the engine's door
  std::vector<kernel::Payload*> taken_;   // by id: inside the engine; nullptr: the id is free
  std::vector<std::uint32_t> free_ids_;
  int in_engine_ = 0;
  struct Work {  // edges of its clock and of the controller's
    std::int64_t own = 0, controller = 0;
  };
  Work last_, steady_;  // for the last access of a direct path, and for one of those that were repeated
  kernel::Agenda<Todo> agenda_;
  kernel::Timer engine_timer_;
};

}  // namespace subvolt::mem
