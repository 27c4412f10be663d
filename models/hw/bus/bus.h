// Interconnect between initiators and memory-mapped targets.
//
// Parameters: see BusConfig. Ports: "" (target side, one per initiator that is connected) and "" (initiator
// side, one per target, each with an address range). TLM-2.0 base protocol, approximately timed.
//
// Two independent channels, requests one way and responses the other, so reads pipeline. As in TileLink
// (SiFive TileLink Specification 1.8.1, section 4: channels A and D, one beat per cycle; a message without data
// takes one beat), a transfer occupies
//   request     read: 1 beat      write: ceil(bytes / width) beats
//   response    read: ceil(bytes / width) beats      write, error: 1 beat
// of the lanes that Channel describes. Timing (cycles of its clock): what arrives at time t takes part in the
// arbitration at the first edge after t (strictly: so nothing depends on the order of events within an
// instant). From a grant at edge g on,
//   request     END_REQ to the initiator at g; to the target at g + beats + latency - 1
//   response    END_RESP to the target at g;   to the initiator at g + beats
// so an undisturbed read of a target that answers after T cycles takes 2 + latency + T + ceil(bytes / width)
// cycles. A target that has `queue` requests on the way or not yet accepted gets no further grant.
//
// Targets see addresses relative to their base; the initiator gets its own back. An access that does not lie
// in one range is answered by the bus with an address error.
//
// Events: byte (price bus.byte), each byte that crosses a channel. Facts without a price: read_B, write_B,
// wait_cycles (between being ready for a grant and the grant, both channels).
// Errors: kConfiguration when more ports are connected than `initiators` and `targets` lay out.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "models/hw/bus/channel.h"
#include "sim/config/schema.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/path.h"

namespace subvolt::hw {

struct BusConfig {
  Bytes width{16};
  Topology topology = Topology::kShared;
  Arbitration arbitration = Arbitration::kRoundRobin;
  Cycles latency{1};
  int queue = 4;
  int initiators = 4;
  int targets = 4;
  std::string place;  // "file:line:column: path" for errors; not read
  static const config::Schema<BusConfig>& schema();
};

class Bus : public kernel::Component, public kernel::HasPorts, public mapping::Carrier {
 public:
  Bus(sc_core::sc_module_name name, const BusConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events(const BusConfig& config = {});
  static power::Inventory inventory(const BusConfig& config);

  std::vector<mapping::Passage> passages(bool write, const mapping::PointRates& at) const override;

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override;
  void map_range(kernel::Port* port, std::uint64_t base, std::uint64_t size) override;
  void state(kernel::StateKey& key) const override;

 private:
  struct Target {
    std::unique_ptr<kernel::InitiatorPort> port;  // none: the bus itself, for addresses of nobody
    std::uint64_t base = 0;
    std::uint64_t size = 0;
    int on_the_way = 0;                   // granted, not yet accepted by the target
    kernel::Payload* response = nullptr;  // offered to the response channel
  };
  // What an initiator can do without events while it is alone on the bus.
  class Entrance : public kernel::DirectTarget {
   public:
    Entrance(Bus& bus, int initiator) : bus_(bus), initiator_(initiator) {}
    bool begin_direct(std::uint64_t address, std::uint64_t bytes, std::int64_t gap_ps) override;
    void end_direct() override;
    std::int64_t direct(const kernel::DirectAccess& access, std::int64_t at_ps) override;
    std::int64_t repeat(const kernel::DirectAccess& next, std::int64_t since_ps, std::int64_t period_ps,
                        std::int64_t most) override;

   private:
    struct Passage {  // of an access
      std::int64_t waited = 0;
      std::int64_t edges = 0;  // of work
    };
    Bus& bus_;
    int initiator_;
    Passage steady_;  // of one of those that were repeated
    Passage last_;
    int target_ = 0;
    kernel::DirectTarget* behind_ = nullptr;
  };
  struct Initiator {
    std::unique_ptr<kernel::TargetPort> port;
    std::unique_ptr<Entrance> entrance;
    kernel::Payload* request = nullptr;  // offered to the request channel
  };
  struct Transit {
    const kernel::Payload* payload = nullptr;
    std::uint64_t address = 0;
    int initiator = 0;
    int target = 0;
  };
  struct Todo {
    enum What { kArbitrateRequests, kArbitrateResponses, kForward, kDeliver } what = kArbitrateRequests;
    kernel::Payload* payload = nullptr;
  };
  // A direction and when its arbiter looks next.
  struct Direction {
    Channel channel;
    Todo::What arbitrate;
    std::int64_t planned_edge = Channel::kNever;
  };

  void step();
  void request(int initiator, kernel::Payload& payload);
  void accepted(int target);
  void response(int target, kernel::Payload& payload);
  void grant_requests();
  void grant_responses();
  void forward(kernel::Payload& payload);
  void deliver(kernel::Payload& payload);
  void plan(Direction& direction);
  std::vector<Transit>::iterator transit_of(const kernel::Payload& payload);
  int target_of(std::uint64_t address, std::uint64_t bytes) const;
  std::int64_t beats(std::int64_t bytes) const;
  std::int64_t enter();  // begins work on what arrives now; the first edge at which it may be granted
  void answer_refused();
  void account(int task, std::int64_t bytes, bool read, std::int64_t waited);
  std::string child_name(const char* what, std::size_t number) const;

  BusConfig config_;
  std::vector<Initiator> initiators_;
  std::vector<Target> targets_;           // [0] is the bus itself
  std::deque<kernel::Payload*> refused_;  // accesses to nobody that wait for the response channel
  Direction requests_;
  Direction responses_;
  std::vector<Transit> transits_;  // in no order; as few as are outstanding, so that looking through them is fastest
  kernel::Agenda<Todo> agenda_;
};

}  // namespace subvolt::hw

namespace subvolt::config {
template <>
struct EnumNames<hw::Topology> {
  static const std::vector<std::pair<hw::Topology, std::string>>& names();
};
template <>
struct EnumNames<hw::Arbitration> {
  static const std::vector<std::pair<hw::Arbitration, std::string>>& names();
};
}  // namespace subvolt::config
