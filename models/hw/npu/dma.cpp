#include "models/hw/npu/dma.h"

#include <algorithm>
#include <cstdio>

namespace subvolt::hw {
namespace {

enum Event { kByte, kReadBytes, kWriteBytes, kBursts };

power::Inventory inventory(const DmaConfig& config) {
  power::Inventory inventory;
  // Two channels of 10 address and count registers of 32 bits, 48 bits per outstanding burst, a word of 32 B
  // for packing in each direction.
  inventory.flip_flops = 2 * 10 * 32 + config.outstanding * 48 + 2 * 256;
  inventory.logic_gates = 6 * inventory.flip_flops + 2 * 5 * 172 + 2 * 256 * 6 + 3000;
  inventory.basis =
      "estimate: two channels with 10 registers of 32 bits, 48 bits per outstanding burst and 32 B of packing "
      "registers per direction at 6 gates per flip-flop; 5 adders of 172 gates per channel (Horowitz, ISSCC 2014), "
      "byte shifters of 6 gates per bit, 3000 gates of control";
  return inventory;
}

std::string hexadecimal(std::uint64_t address) {
  char text[19];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

}  // namespace

const config::Schema<DmaConfig>& DmaConfig::schema() {
  static const auto schema =
      config::Schema<DmaConfig>("dma", "Moves blocks between memory and the NPU's buffers in bursts.")
          .optional("burst", &DmaConfig::burst, "Largest burst, a power of two.",
                    config::between(Bytes(1), Bytes(4096)))
          .optional("outstanding", &DmaConfig::outstanding, "Bursts in flight, loads and stores together.",
                    config::between(1, 256))
          .check([](const DmaConfig& c, const config::Node& node, config::Diagnostics& d) {
            const std::int64_t burst = c.burst.value();
            if ((burst & (burst - 1)) == 0) return;
            const config::Node* culprit = node.find("burst");
            d.error(*culprit, "expected a power of two such as \"256 B\", got " + culprit->describe());
          });
  return schema;
}

std::vector<power::EventDeclaration> Dma::events() {
  return {{"byte", "dma.byte", power::Cause::kSwitching, "One byte moved between memory and a buffer.", {}},
          {"read_B", "", power::Cause::kSwitching, "Bytes read from memory.", {}, power::EventRole::kReadBytes},
          {"write_B", "", power::Cause::kSwitching, "Bytes written to memory.", {}, power::EventRole::kWriteBytes},
          {"bursts", "", power::Cause::kSwitching, "Bursts answered.", {}}};
}

Dma::Dma(sc_core::sc_module_name name, const DmaConfig& config, kernel::Environment& environment, SramBuffer& input,
         SramBuffer& weight, SramBuffer& output)
    : Component(name, environment, {"dma", "", inventory(config), events()}),
      config_(config),
      buffers_{&input, &weight, &output},
      port_("port", [this](kernel::Payload& payload) { answered(payload); }),
      flights_(static_cast<std::size_t>(config.outstanding)),
      timer_([this] { step(); }, kernel::Timer::Order::kLast) {
  port_.on_accepted([this](kernel::Payload&) { wake_at(std::max(next_request_, kernel::time_now())); });
}

// At the first clock edge at or after `ps`. The timer keeps its earliest time, and step() asks again.
void Dma::wake_at(Picoseconds ps) { timer_.at(clock().edge_after(ps, Cycles(0))); }

void Dma::start(std::int32_t command, const mapping::Command& what, int task) {
  auto unused = std::find_if(transfers_.begin(), transfers_.end(), [](const Transfer& t) { return t.command < 0; });
  if (unused == transfers_.end()) unused = transfers_.insert(transfers_.end(), Transfer());
  Transfer& transfer = *unused;
  transfer = Transfer();
  transfer.command = command;
  transfer.task = task;
  if (const auto* load = std::get_if<mapping::Load>(&what.what)) {
    transfer.buffer = buffers_[static_cast<std::size_t>(load->buffer)];
    transfer.bursts = mapping::BurstCutter(load->from, config_.burst.value());
  } else {
    transfer.buffer = buffers_[static_cast<std::size_t>(mapping::Buffer::kOutput)];
    transfer.bursts = mapping::BurstCutter(std::get<mapping::Store>(what.what).to, config_.burst.value());
    transfer.write = true;
  }
  Channel& own = channel(what.engine());
  own.transfer = static_cast<int>(unused - transfers_.begin());
  transfer.begin = std::max(begin_work(), transfer.buffer->open());
  wake_at(transfer.begin);
  if (transfer.begin <= kernel::time_now()) begin(own);
}

void Dma::begin(Channel& own) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(own.transfer)];
  if (transfer.begun || transfer.begin > kernel::time_now()) return;
  transfer.begun = true;
  listener().on_begin(transfer.command);
}

void Dma::state(kernel::StateKey& key) const {
  key.at_work_if(in_flight_ > 0);
  for (const Transfer& transfer : transfers_) key.at_work_if(transfer.command >= 0);
  key.add(last_channel_);
  key.add_ahead(next_request_);
}

bool Dma::may_send(int index) const {
  const int transfer = channels_[index].transfer;
  if (transfer < 0) return false;
  const Transfer& t = transfers_[static_cast<std::size_t>(transfer)];
  return t.begun && !t.bursts.done();
}

void Dma::step() {
  const Picoseconds now = kernel::time_now();
  if (finishing_ > 0) complete();
  for (int i = 0; i < 2; ++i) {
    Channel& own = channels_[i];
    if (own.transfer < 0) continue;
    begin(own);
    Transfer& t = transfers_[static_cast<std::size_t>(own.transfer)];
    if (!t.begun || !t.bursts.done()) continue;
    // An empty block, which has no answer to wait for.
    settle_end(t);
    own.transfer = -1;
    listener().on_free(i == 1 ? mapping::Engine::kStore : mapping::Engine::kLoad);
  }
  const bool slot = in_flight_ < config_.outstanding && port_.can_send();
  const int turn = may_send(1 - last_channel_) ? 1 - last_channel_ : last_channel_;
  if (slot && now >= next_request_ && may_send(turn)) send(turn);

  // What this engine itself knows will come next; answers and the bus call it by other ways.
  Picoseconds next = kernel::kNever;
  for (const Transfer& t : transfers_) {
    if (t.command < 0) continue;
    if (t.done >= Picoseconds()) next = std::min(next, t.done);
    if (!t.begun) next = std::min(next, t.begin);
  }
  if ((may_send(0) || may_send(1)) && in_flight_ < config_.outstanding && port_.can_send()) {
    next = std::min(next, std::max(next_request_, now));
  }
  if (next != kernel::kNever) wake_at(next);
}

void Dma::send(int index) {
  Channel& own = channels_[index];
  const int number = own.transfer;
  Transfer& transfer = transfers_[static_cast<std::size_t>(number)];
  const mapping::BurstCutter::Burst burst = transfer.bursts.next();
  last_channel_ = index;
  next_request_ = clock().edge_after(kernel::time_now(), Cycles(1));
  ++in_flight_;
  ++transfer.in_flight;
  const bool last = transfer.bursts.done();
  if (last) own.transfer = -1;

  kernel::Payload& payload = pool_.acquire(transfer.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                                           burst.address, burst.bytes, transfer.task);
  const auto flight =
      std::find_if(flights_.begin(), flights_.end(), [](const Flight& f) { return f.payload == nullptr; });
  *flight = {&payload, number};
  port_.send(payload);  // the target may answer from within
  if (last) listener().on_free(index == 1 ? mapping::Engine::kStore : mapping::Engine::kLoad);
}

// A word is accessed when it is complete, the last one whatever it holds.
void Dma::pass_buffer(Transfer& transfer, std::int64_t bytes, bool last) {
  transfer.bytes += bytes;
  const std::int64_t word = transfer.buffer->word();
  const std::int64_t words = last ? ceil_div(transfer.bytes, word) : transfer.bytes / word;
  if (transfer.write) {
    transfer.buffer->read_words(words - transfer.words, bytes, transfer.task);
  } else {
    transfer.buffer->write_words(words - transfer.words, bytes, transfer.task);
  }
  transfer.words = words;
}

void Dma::answered(kernel::Payload& payload) {
  const auto flight =
      std::find_if(flights_.begin(), flights_.end(), [&](const Flight& f) { return f.payload == &payload; });
  Transfer& transfer = transfers_[static_cast<std::size_t>(flight->transfer)];
  flight->payload = nullptr;
  if (payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
    throw Error(ErrorKind::kInternal, instance() + ": " + (transfer.write ? "write" : "read") + " of " +
                                          std::to_string(payload.get_data_length()) + " B at " +
                                          hexadecimal(payload.get_address()) + " was answered with " +
                                          payload.get_response_string());
  }
  const auto bytes = static_cast<std::int64_t>(payload.get_data_length());
  count_for(transfer.task, kBursts);
  count_for(transfer.task, kByte, bytes);
  count_for(transfer.task, transfer.write ? kWriteBytes : kReadBytes, bytes);
  --in_flight_;
  --transfer.in_flight;
  const bool last = transfer.in_flight == 0 && transfer.bursts.done();
  pass_buffer(transfer, bytes, last);
  if (last) settle_end(transfer);
  payload.release();
  wake_at(kernel::time_now());
}

void Dma::settle_end(Transfer& transfer) {
  transfer.done = clock().edge_after(kernel::time_now(), Cycles(0));
  ++finishing_;
}

void Dma::complete() {
  const Picoseconds now = kernel::time_now();
  // By index: the listener may start new transfers meanwhile.
  for (std::size_t i = 0; i < transfers_.size(); ++i) {
    if (transfers_[i].command < 0 || transfers_[i].done < Picoseconds() || transfers_[i].done > now) continue;
    const std::int32_t command = transfers_[i].command;
    transfers_[i].buffer->close();
    transfers_[i].command = -1;
    --finishing_;
    end_work();
    listener().on_done(command);
  }
}

}  // namespace subvolt::hw
