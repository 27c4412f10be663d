#include "sim/report/views/perfetto.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstring>

namespace subvolt::report {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

// Fields of a message, as they go into a file.
class Message {
 public:
  void number(int field, std::uint64_t value) {
    varint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT));
    varint(value);
  }
  void real(int field, double value) {
    varint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_FIXED64));
    std::uint8_t buffer[sizeof value];
    CodedOutputStream::WriteLittleEndian64ToArray(WireFormatLite::EncodeDouble(value), buffer);
    bytes_.append(reinterpret_cast<const char*>(buffer), sizeof buffer);
  }
  void text(int field, const std::string& value) {
    varint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    varint(value.size());
    bytes_ += value;
  }
  void message(int field, const Message& value) { text(field, value.bytes_); }
  std::string& bytes() { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    constexpr std::size_t kLongest = 10;  // of 64 bits, 7 in a byte
    std::uint8_t buffer[kLongest];
    const std::uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(value, buffer);
    bytes_.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(end - buffer));
  }
  std::string bytes_;
};

// Numbers of fields and values: Perfetto's protos/perfetto/trace, in these files.
namespace trace {  // trace.proto
constexpr int kPacket = 1;
}
namespace packet {  // trace_packet.proto
constexpr int kTimestamp = 8, kSequence = 10, kTrackEvent = 11, kFlags = 13, kTrackDescriptor = 60;
constexpr std::uint64_t kStateCleared = 1;
}  // namespace packet
namespace descriptor {  // track_event/track_descriptor.proto
constexpr int kUuid = 1, kName = 2, kProcess = 3, kParent = 5, kCounter = 8, kOrdering = 11, kRank = 12;
constexpr std::uint64_t kExplicit = 3;
}  // namespace descriptor
namespace process {  // track_event/process_descriptor.proto
constexpr int kPid = 1, kName = 6;
}
namespace counter {  // track_event/counter_descriptor.proto
constexpr int kUnitName = 6;
}
namespace event {  // track_event/track_event.proto
constexpr int kAnnotation = 4, kType = 9, kTrack = 11, kCategory = 22, kName = 23, kValue = 44;
constexpr std::uint64_t kSliceBegin = 1, kSliceEnd = 2, kCounterType = 4;
}  // namespace event
namespace annotation {  // track_event/debug_annotation.proto
constexpr int kInteger = 4, kText = 6, kName = 10;
}

constexpr std::uint64_t kOurSequence = 1, kRoot = 1;

class Writer {
 public:
  explicit Writer(const power::ActivityRecord& record) : record_(record) {}

  std::string all(const Tracks& tracks) {
    Message process, root;
    process.number(process::kPid, 1);
    process.text(process::kName, tracks.title);
    root.message(descriptor::kProcess, process);
    describe(std::move(root), kRoot, 0);
    for (const TrackGroup& group : tracks.groups) {
      Message folder;
      folder.text(descriptor::kName, group.name);
      folder.number(descriptor::kParent, kRoot);
      const std::uint64_t parent = ++last_;
      describe(std::move(folder), parent, rank_++);
      for (const StateTrack& states : group.states) slices(group, states, parent);
      for (const Curve& curve : group.curves) samples(curve, tracks.end, parent);
    }
    return std::move(trace_.bytes());
  }

 private:
  void describe(Message track, std::uint64_t uuid, std::uint64_t rank) {
    track.number(descriptor::kUuid, uuid);
    track.number(descriptor::kOrdering, descriptor::kExplicit);
    track.number(descriptor::kRank, rank);
    Message packet;
    packet.number(packet::kSequence, kOurSequence);
    if (uuid == kRoot) packet.number(packet::kFlags, packet::kStateCleared);
    packet.message(packet::kTrackDescriptor, track);
    trace_.message(trace::kPacket, packet);
  }

  void add(Picoseconds at, const Message& event) {
    Message packet;
    packet.number(packet::kTimestamp, static_cast<std::uint64_t>(at / kPerfettoTick));
    packet.number(packet::kSequence, kOurSequence);
    packet.message(packet::kTrackEvent, event);
    trace_.message(trace::kPacket, packet);
  }

  void annotate(Message& event, const std::string& name, std::int64_t value) {
    Message note;
    note.number(annotation::kInteger, static_cast<std::uint64_t>(value));
    note.text(annotation::kName, name);
    event.message(event::kAnnotation, note);
  }
  void annotate(Message& event, const std::string& name, const std::string& value) {
    Message note;
    note.text(annotation::kText, value);
    note.text(annotation::kName, name);
    event.message(event::kAnnotation, note);
  }

  void slices(const TrackGroup& group, const StateTrack& states, std::uint64_t parent) {
    Message track;
    track.text(descriptor::kName, states.name);
    track.number(descriptor::kParent, parent);
    const std::uint64_t uuid = ++last_;
    describe(std::move(track), uuid, rank_++);
    for (const Stay& stay : states.stays) {
      Message begin;
      begin.number(event::kType, event::kSliceBegin);
      begin.number(event::kTrack, uuid);
      begin.text(event::kCategory, group.name);
      begin.text(event::kName, states.names[static_cast<std::size_t>(stay.what)]);
      if (stay.number != power::kNoNumber) annotate(begin, states.number, stay.number);
      if (stay.task != power::kNobody) {
        const power::Task& task = record_.tasks[static_cast<std::size_t>(stay.task)];
        annotate(begin, "layer", record_.layers[static_cast<std::size_t>(task.layer)].name);
        annotate(begin, "job", static_cast<std::int64_t>(task.job));
      }
      add(stay.begin, begin);
      Message end;
      end.number(event::kType, event::kSliceEnd);
      end.number(event::kTrack, uuid);
      add(stay.end, end);
    }
  }

  void samples(const Curve& curve, Picoseconds end, std::uint64_t parent) {
    Message track, counter;
    track.text(descriptor::kName, curve.name);
    track.number(descriptor::kParent, parent);
    counter.text(counter::kUnitName, curve.unit);
    track.message(descriptor::kCounter, counter);
    const std::uint64_t uuid = ++last_;
    describe(std::move(track), uuid, rank_++);
    const auto sample = [&](Picoseconds at, double value) {
      Message event;
      event.number(event::kType, event::kCounterType);
      event.number(event::kTrack, uuid);
      event.real(event::kValue, value);
      add(at, event);
    };
    for (const CurvePoint& point : curve.points) sample(point.at, point.value);
    if (!curve.points.empty()) sample(end, curve.points.back().value);  // how long the last one lasts
  }

  const power::ActivityRecord& record_;
  Message trace_;
  std::uint64_t last_ = kRoot;
  std::uint64_t rank_ = 0;
};

}  // namespace

std::string perfetto_trace(const Tracks& tracks, const power::ActivityRecord& record) {
  return Writer(record).all(tracks);
}

}  // namespace subvolt::report
