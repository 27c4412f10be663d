// Does every array style keep its contract: closed form = clock-by-clock reference = the product it claims?
//
// Runs on whatever is registered; a new style needs no line here.
#include "tests/support/array_styles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <random>
#include <set>

#include "sim/config/error.h"

namespace subvolt::mapping {
namespace {

struct Layer {
  test::ArraySize array;
  Tile tile;
};

std::ostream& operator<<(std::ostream& out, const TileAxis& a) {
  return out << a.out << " of windows " << a.kernel << " stride " << a.stride << " dilation " << a.dilation;
}

std::ostream& operator<<(std::ostream& out, const Layer& l) {
  return out << "array " << l.array.rows << " x " << l.array.columns
             << (l.array.overlap_folds ? " overlapping" : " not overlapping")
             << (l.array.scale_sim ? " as in SCALE-Sim" : "") << ", draw " << l.array.draw << ", rows " << l.tile.rows
             << ", columns " << l.tile.columns << ", inputs " << l.tile.inputs << ", channels " << l.tile.channels
             << ", groups " << l.tile.groups << (l.tile.accumulate ? ", accumulating" : "");
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // The same on every standard library, which its distributions are not.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return between(0, 1) == 1; }
  // A size from 1 to `most`, mostly at or beside a multiple of an array edge.
  std::int64_t size_near(std::int64_t edge, std::int64_t most) {
    const std::int64_t size = between(0, 2) == 0 ? between(1, most) : between(0, 3) * edge + between(-1, 1);
    return std::max<std::int64_t>(1, std::min(size, most));
  }

 private:
  std::mt19937_64 engine_;
};

// Small arrays of all proportions with tiles whose sizes fall around their edges; now and then a larger one. Half of
// them are products, the others have windows.
Layer random_layer(Random& random, bool large) {
  Layer layer;
  const std::int64_t side = large ? 20 : 7;
  layer.array.rows = random.between(1, side);
  layer.array.columns = random.coin() ? layer.array.rows : random.between(1, side);
  layer.array.overlap_folds = random.coin();
  layer.array.draw = static_cast<std::uint64_t>(random.between(0, 1'000'000));
  const std::int64_t rows = layer.array.rows;
  const std::int64_t columns = layer.array.columns;
  TileWork work;
  work.accumulate = random.coin();
  work.pixels = random.coin() ? random.size_near(rows, large ? 120 : 24) : random.between(1, large ? 120 : 24);
  if (random.between(0, 2) == 0) {  // depthwise: groups of a few taps and a depth multiplier
    work.groups = random.between(1, large ? 40 : 14);
    work.reduction = random.coin() ? random.between(1, 9) : random.size_near(rows, 2 * side);
    work.channels = random.coin() ? random.between(1, 3) : random.size_near(columns, columns + 2);
  } else {
    work.reduction = random.size_near(rows, large ? 90 : 24);
    work.channels = random.size_near(columns, large ? 70 : 24);
  }
  Tile& tile = layer.tile = Tile::of(work);
  if (random.coin()) return layer;
  tile.rows = {random.between(1, large ? 8 : 4), random.between(1, 3), random.between(1, 3), random.between(1, 2)};
  tile.columns = {random.between(1, large ? 12 : 5), random.between(1, 3), random.between(1, 3), random.between(1, 2)};
  tile.inputs = random.between(1, large ? 12 : 5);
  return layer;
}

// A tile that the style can run: as it is, or with narrower weights.
bool fits(const ArrayStyle& style, Tile& tile) {
  for (const network::ElementType type :
       {network::ElementType::kInt8, network::ElementType::kInt4, network::ElementType::kTernary}) {
    tile.weight = {type};
    if (style.obstacle(tile).empty()) return true;
  }
  return false;
}

// Half of the time with inputs narrower than bytes, of a style that takes such.
void draw_input(const ArrayStyle& style, Tile& tile, Random& random) {
  if (random.coin()) return;
  Tile narrow = tile;
  narrow.input = {std::array{network::ElementType::kBinary, network::ElementType::kInt3,
                             network::ElementType::kInt5}[static_cast<std::size_t>(random.between(0, 2))]};
  if (style.obstacle(narrow).empty()) tile = narrow;
}

// The search asks for a whole layer, and no more where that is possible.
void expect_parts_possible(const ArrayStyle& style, const Tile& tile, Random& random) {
  Tile part = tile;
  for (std::int64_t* size : {&part.rows.out, &part.columns.out, &part.channels, &part.inputs, &part.groups}) {
    *size = random.between(1, *size);
  }
  EXPECT_EQ(style.obstacle(part), "");
  part.accumulate = true;
  EXPECT_EQ(style.obstacle(part), "");
}

TileOperands random_operands(Random& random, const Tile& tile) {
  const TileWork w = tile.as_product();
  TileOperands operands;
  const auto fill = [&random](auto& values, std::int64_t count, std::int64_t low, std::int64_t high) {
    values.resize(static_cast<std::size_t>(count));
    for (auto& v : values) v = static_cast<std::decay_t<decltype(v)>>(random.between(low, high));
  };
  const std::int64_t half = std::int64_t{1} << (tile.weight.bits() - 1);
  const std::int64_t half_input = std::int64_t{1} << (tile.input.bits() - 1);
  fill(operands.inputs, w.groups * w.pixels * w.reduction, -half_input, half_input - 1);
  fill(operands.weights, w.groups * w.reduction * w.channels, -half, half - 1);
  if (w.accumulate) fill(operands.partial_sums, w.groups * w.pixels * w.channels, -1'000'000, 1'000'000);
  return operands;
}

std::vector<std::int32_t> naive_product(const TileWork& w, const TileOperands& operands) {
  std::vector<std::int32_t> out;
  for (std::int64_t g = 0; g < w.groups; ++g) {
    for (std::int64_t p = 0; p < w.pixels; ++p) {
      for (std::int64_t n = 0; n < w.channels; ++n) {
        std::int32_t sum = w.accumulate ? operands.partial_sums[out.size()] : 0;
        for (std::int64_t k = 0; k < w.reduction; ++k) {
          sum += operands.inputs[static_cast<std::size_t>((g * w.pixels + p) * w.reduction + k)] *
                 operands.weights[static_cast<std::size_t>((g * w.reduction + k) * w.channels + n)];
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

// What holds for a dense product on any array, whatever its dataflow.
void expect_possible(const ArrayStyle& style, const Tile& tile, const TileActivity& a) {
  const TileWork w = tile.as_product();
  const std::int64_t outputs = w.groups * w.pixels * w.channels;
  EXPECT_EQ(a.macs, w.macs());
  std::int64_t steps = a.cycles.value();
  for (const ArrayEvent& event : style.events()) {
    const bool cycles = !event.declaration.loss.cause.empty() && event.declaration.role != power::EventRole::kIdleMac;
    if (cycles) steps -= event.count(a);
  }
  EXPECT_LE(a.macs, steps * style.most_macs_per_cycle()) << "utilisation above 1 in the cycles that are not lost";
  // Windows may share all other inputs.
  EXPECT_GE(a.input_bytes_read, tile.input.bytes(w.groups * w.pixels * tile.inputs)) << "an input never read";
  EXPECT_GE(a.weight_bytes_read, tile.weight.bytes(w.groups * w.reduction * w.channels)) << "a weight never read";
  EXPECT_GE(a.psum_bytes_written, tile.sum.bytes(outputs)) << "an output never written";
  // Sums come back for each time they were put away half done, and once from an earlier tile.
  EXPECT_EQ(a.psum_bytes_read, a.psum_bytes_written - (w.accumulate ? 0 : tile.sum.bytes(outputs)));
  EXPECT_GT(a.register_writes, 0);
  std::int64_t macs = 0;
  for (const ArrayEvent& event : style.events()) {
    EXPECT_GE(event.count(a), 0) << event.declaration.name;
    if (event.declaration.role == power::EventRole::kMac) macs += event.count(a);
  }
  EXPECT_EQ(macs, a.macs) << "events of the role mac are all MACs";
}

void expect_equal(const TileActivity& reference, const TileActivity& closed_form) {
  EXPECT_EQ(reference.cycles.value(), closed_form.cycles.value());
  EXPECT_EQ(reference.fill_cycles, closed_form.fill_cycles);
  EXPECT_EQ(reference.macs, closed_form.macs);
  EXPECT_EQ(reference.register_writes, closed_form.register_writes);
  EXPECT_EQ(reference.input_bytes_read, closed_form.input_bytes_read);
  EXPECT_EQ(reference.weight_bytes_read, closed_form.weight_bytes_read);
  EXPECT_EQ(reference.psum_bytes_read, closed_form.psum_bytes_read);
  EXPECT_EQ(reference.psum_bytes_written, closed_form.psum_bytes_written);
  EXPECT_EQ(reference.own, closed_form.own);
  EXPECT_TRUE(reference == closed_form) << "a field that is not compared above";
}

class ArrayStyles : public testing::TestWithParam<const ArrayStyleKind*> {
 protected:
  const ArrayStyleKind& kind() const { return *GetParam(); }

  bool has_key(const std::string& key) const {
    const auto fields = kind().geometry->fields();
    return std::any_of(fields.begin(), fields.end(), [&](const config::FieldDoc& f) { return f.key == key; });
  }

  // Keys that only this style has are drawn, too.
  test::Style style_of(const test::ArraySize& array, Random& random) const {
    std::vector<std::pair<std::string, std::int64_t>> own;
    for (const config::FieldDoc& field : kind().geometry->fields()) {
      const bool shared = field.key == "rows" || field.key == "columns";
      if (!shared && field.type.form == config::TypeDoc::Form::kInteger)
        own.emplace_back(field.key, random.between(1, 6));
    }
    return test::array_style(kind(), array, own);
  }

  // False when the style cannot run the tile.
  bool expect_contract(Layer layer, Random& random) {
    const test::Style style = style_of(layer.array, random);
    SCOPED_TRACE(testing::Message() << style->name() << ", " << layer);
    const Tile& tile = layer.tile;
    if (!fits(*style, layer.tile)) return false;
    draw_input(*style, layer.tile, random);
    const TileOperands operands = random_operands(random, tile);
    const TileActivity closed_form = style->timing(tile);
    const auto reference = style->reference(tile, operands);
    std::int64_t ticks = 0;
    while (!reference->done()) {
      reference->tick();
      if (++ticks <= 2 * closed_form.cycles.value() + 1000) continue;
      ADD_FAILURE() << "the reference does not end";
      return true;
    }
    expect_equal(reference->activity(), closed_form);
    EXPECT_EQ(reference->activity().cycles.value(), ticks) << "a tick is one cycle";
    EXPECT_EQ(reference->outputs(), naive_product(tile.as_product(), operands));
    expect_possible(*style, tile, closed_form);
    expect_parts_possible(*style, tile, random);
    return true;
  }
};

TEST_P(ArrayStyles, ClosedFormEqualsReferenceOnRandomLayers) {
  constexpr int kSmall = 4000;
  constexpr int kLarge = 200;
  Random random(20240607);
  int equal = 0, overlapping = 0, accumulating = 0, grouped = 0, oblong = 0, windows = 0;
  for (int i = 0; i < kSmall + kLarge; ++i) {
    const Layer layer = random_layer(random, i >= kSmall);
    if (!expect_contract(layer, random)) continue;
    ++equal;
    overlapping += layer.array.overlap_folds ? 1 : 0;
    accumulating += layer.tile.accumulate ? 1 : 0;
    grouped += layer.tile.groups > 1 && layer.tile.channels > 1 ? 1 : 0;
    oblong += layer.array.rows != layer.array.columns ? 1 : 0;
    windows += layer.tile.rows.kernel > 1 && layer.tile.rows.stride > 1 ? 1 : 0;
    if (HasFailure()) return;  // one layer is enough to read
  }
  // The draw is worth its name.
  for (const int drawn : {overlapping, accumulating, grouped, oblong, windows}) EXPECT_GT(drawn, 300);
  RecordProperty("equal", equal);  // for docs/validation.md
}

TEST_P(ArrayStyles, ClosedFormEqualsReferenceAsInScaleSim) {
  if (!has_key("scale_sim")) GTEST_SKIP() << "no such key";
  Random random(20261130);
  int equal = 0;
  for (int i = 0; i < 4200; ++i) {
    Layer layer = random_layer(random, i >= 4000);
    layer.array.scale_sim = true;
    equal += expect_contract(layer, random) ? 1 : 0;
    if (HasFailure()) return;
  }
  RecordProperty("equal", equal);
}

// It has one register set, whatever the other key says.
TEST_P(ArrayStyles, ScaleSimDoesNotOverlap) {
  if (!has_key("scale_sim")) GTEST_SKIP() << "no such key";
  Random random(17);
  for (int i = 0; i < 500; ++i) {
    Layer layer = random_layer(random, false);
    layer.array.scale_sim = true;
    SCOPED_TRACE(testing::Message() << layer);
    layer.array.overlap_folds = true;
    const test::Style overlapping = test::array_style(kind(), layer.array);
    layer.array.overlap_folds = false;
    const test::Style plain = test::array_style(kind(), layer.array);
    ASSERT_TRUE(overlapping->timing(layer.tile) == plain->timing(layer.tile));
    EXPECT_EQ(overlapping->parts()[0].inventory.flip_flops, plain->parts()[0].inventory.flip_flops);
    EXPECT_TRUE(plain->whole_layers());
  }
}

// All tiles up to 3 x 3 x 3 of up to 3 groups on all arrays up to 3 x 3: no corner is left to the dice.
TEST_P(ArrayStyles, ClosedFormEqualsReferenceOnAllSmallestLayers) {
  Random random(7);
  for (std::int64_t i = 0; i < 4 * 729; ++i) {
    std::int64_t digits = i / 4;
    const auto digit = [&digits] {
      const std::int64_t d = digits % 3 + 1;
      digits /= 3;
      return d;
    };
    Layer layer;
    layer.array = {digit(), digit(), i % 2 == 1};
    layer.tile = Tile::of({digit(), digit(), digit(), digit(), i % 4 >= 2});
    for (const bool scale_sim : {false, true}) {
      if (scale_sim && !has_key("scale_sim")) continue;
      layer.array.scale_sim = scale_sim;
      expect_contract(layer, random);
    }
    if (HasFailure()) return;
  }
}

// Shapes of whole layers, too large for the reference: MobileNetV1's pointwise, depthwise and last layer.
TEST_P(ArrayStyles, WholeLayersStayPossible) {
  const TileWork layers[] = {{12544, 32, 64, 1, false}, {49, 1024, 1024, 1, false}, {12544, 9, 1, 32, false},
                             {49, 9, 1, 1024, true},    {1, 1024, 1000, 1, false},  {12544, 27, 32, 1, true}};
  const test::ArraySize arrays[] = {{16, 16, true}, {16, 16, false}, {32, 8, true}, {8, 32, false}, {128, 128, true}};
  Random random(5);
  for (const TileWork& work : layers) {
    for (const test::ArraySize& array : arrays) {
      Layer layer{array, Tile::of(work)};
      SCOPED_TRACE(testing::Message() << layer);
      const test::Style style = style_of(array, random);
      if (fits(*style, layer.tile)) expect_possible(*style, layer.tile, style->timing(layer.tile));
    }
  }
}

// A second register set may only help.
TEST_P(ArrayStyles, OverlapNeverCostsCycles) {
  Random random(99);
  for (int i = 0; i < 2000; ++i) {
    Layer layer = random_layer(random, i % 2 == 0);
    SCOPED_TRACE(testing::Message() << layer);
    layer.array.overlap_folds = true;
    const test::Style overlapping = test::array_style(kind(), layer.array);
    layer.array.overlap_folds = false;
    const test::Style plain = test::array_style(kind(), layer.array);
    if (!fits(*plain, layer.tile)) continue;
    ASSERT_LE(overlapping->timing(layer.tile).cycles.value(), plain->timing(layer.tile).cycles.value());
  }
}

TEST_P(ArrayStyles, ReferenceRefusesOperandsOfAnotherTile) {
  Random random(3);
  const test::Style style = test::array_style(kind(), {});
  Tile tile = Tile::of({3, 4, 5, 2, true});
  if (!fits(*style, tile)) tile = Tile::of({3, 4, 5, 1, true});
  ASSERT_TRUE(fits(*style, tile));
  const TileOperands good = random_operands(random, tile);
  EXPECT_NO_THROW(style->reference(tile, good));
  for (int culprit = 0; culprit < 3; ++culprit) {
    TileOperands bad = good;
    if (culprit == 0) bad.inputs.pop_back();
    if (culprit == 1) bad.weights.push_back(0);
    if (culprit == 2) bad.partial_sums.clear();
    EXPECT_THROW(style->reference(tile, bad), Error) << culprit;
  }
}

TEST_P(ArrayStyles, SaysWhatItIs) {
  EXPECT_EQ(find_array_style(kind().name), &kind());
  EXPECT_FALSE(kind().summary.empty());
  EXPECT_EQ(kind().name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  const test::Style style = test::array_style(kind(), {});
  EXPECT_EQ((style->name() + "_").rfind(kind().name + "_", 0), 0U) << "one of several says which behind its kind";
  EXPECT_GT(style->granularity().channels, 0);
  EXPECT_GT(style->granularity().reduction, 0);
  ASSERT_FALSE(style->parts().empty()) << "what is it made of?";
  for (const ArrayPart& part : style->parts()) EXPECT_FALSE(part.inventory.basis.empty()) << part.name;
  Tile floats;
  floats.input = floats.weight = {network::ElementType::kFp32};
  EXPECT_NE(style->obstacle(floats), "") << "sums are int32";
}

INSTANTIATE_TEST_SUITE_P(Registered, ArrayStyles, testing::ValuesIn(array_styles()),
                         [](const auto& info) { return info.param->name; });

TEST(ArrayStyleRegistry, HasTheShippedStylesInOrderOfName) {
  std::vector<std::string> names;
  for (const ArrayStyleKind* kind : array_styles()) names.push_back(kind->name);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const char* shipped : {"input_stationary", "output_stationary", "spatial", "weight_stationary"}) {
    EXPECT_NE(find_array_style(shipped), nullptr);
  }
  EXPECT_EQ(find_array_style("no_such_style"), nullptr);
}

}  // namespace
}  // namespace subvolt::mapping
