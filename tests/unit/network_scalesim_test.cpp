// Is a SCALE-Sim topology read as SCALE-Sim reads it?
//
// Expected output sizes and MACs follow scalesim-project/SCALE-Sim, scalesim/topology_utils.py (calc of ofmap and
// MACs).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/error.h"
#include "sim/network/scalesim/scalesim_reader.h"

namespace subvolt::network {
namespace {

using testing::HasSubstr;

const std::string kColumns =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";

Network of(const std::string& rows) { return read_scalesim(kColumns + rows, "folder/tiny.csv"); }

std::string mistake(const std::string& text) {
  try {
    read_scalesim(text, "t.csv");
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(ScaleSim, AConvolutionIsWhatTheRowSays) {
  const Network network = of("conv1,225,225,3,3,3,32,2,\n");
  EXPECT_EQ(network.name, "tiny");
  ASSERT_EQ(network.layers.size(), 1u);
  const Layer& layer = network.layers[0];
  EXPECT_EQ(layer.name, "conv1");
  EXPECT_TRUE(layer.op.is("conv2d"));
  EXPECT_EQ(network.input_of(layer).shape, (Shape{225, 225, 3}));
  EXPECT_EQ(network.output_of(layer).shape, (Shape{112, 112, 32}));
  EXPECT_EQ(layer.macs, 10'838'016);
  EXPECT_EQ(layer.parameters(), 864) << "no biases";
  EXPECT_EQ(layer.location.line, 2);
}

TEST(ScaleSim, APartlyCoveredLastWindowCounts) {
  const Network network = of("c,56,55,1,3,8,4,2,\n");
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{29, 27, 4}));
  EXPECT_EQ(network.layers[0].macs, 29 * 27 * 3 * 8 * 4);
}

TEST(ScaleSim, TwoStridesAreHeightAndWidth) {
  const Network network = read_scalesim(
      "Layer, IFMAP height, IFMAP width, Filter height, Filter width, Channels, Num "
      "filter, Stride height, Stride width,\nc,9,9,3,3,1,1,2,3,\n",
      "t.csv");
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{4, 3, 1}));
}

TEST(ScaleSim, RowsAreChainedWhereTheirShapesMeet) {
  const Network network = of("a,8,8,3,3,3,4,1,\nb,6,6,1,1,4,8,1,\nc,8,8,3,3,8,8,1,\n");
  ASSERT_EQ(network.layers.size(), 3u);
  EXPECT_EQ(network.layers[1].inputs, network.layers[0].outputs);
  EXPECT_EQ(network.input_of(network.layers[2]).name, "c/ifmap") << "padded: not what b delivers";
  EXPECT_EQ(network.inputs.size(), 2u);
  EXPECT_EQ(network.outputs.size(), 2u);
}

TEST(ScaleSim, DepthwiseRowsAreMarkedOrCollapsed) {
  const Network network =
      of("Conv_DP,27,7,3,3,64,1,1,\ndw2,27,7,3,3,64,1,1,\npw,25,5,1,1,64,64,1,\nsum,9,9,3,3,8,1,1,\n");
  for (const std::size_t i : {0, 1}) {
    EXPECT_TRUE(network.layers[i].op.is("depthwise_conv2d"));
    EXPECT_EQ(network.output_of(network.layers[i]).shape, (Shape{25, 5, 64}));
    EXPECT_EQ(network.layers[i].macs, 72'000);
  }
  EXPECT_EQ(network.layers[2].inputs, network.layers[1].outputs);
  EXPECT_TRUE(network.layers[3].op.is("conv2d")) << "one filter alone says nothing";
}

TEST(ScaleSim, GemmIsAMatrixTimesAConstant) {
  const Network network = read_scalesim("Layer,M,N,K\nlinear,16,48,32\nnext,16,8,48,\n", "t.csv");
  EXPECT_TRUE(network.layers[0].op.is("fully_connected"));
  EXPECT_EQ(network.layers[0].macs, 16 * 48 * 32);
  EXPECT_EQ(network.layers[0].parameters(), 48 * 32);
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{16, 48}));
  EXPECT_EQ(network.layers[1].inputs, network.layers[0].outputs);
}

TEST(ScaleSim, SparsityIsNumberKeptOfAPeriod) {
  const Network network = of("c,5,5,3,3,2,6,1,2:4,\nd,5,5,3,3,2,6,1,1,1:4,\n");
  EXPECT_EQ(network.layers[0].constant(Role::kWeights)->zeros, 3 * 3 * 2 * 6 / 2);
  EXPECT_EQ(network.layers[1].constant(Role::kWeights)->zeros, 3 * 3 * 2 * 6 * 3 / 4);
}

const std::string kBatched =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides, Batch Size,\n";

TEST(ScaleSim, ABatchColumnIsImagesAndNoStride) {
  const Network network = read_scalesim(kBatched + "conv1, 34, 34, 3, 3, 16, 32, 1, 4,\n", "t.csv");
  EXPECT_EQ(network.layers[0].macs, 18'874'368);
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{4, 32, 32, 32}));
  EXPECT_EQ(network.layers[0].parameters(), 3 * 3 * 16 * 32) << "one set of weights";
  EXPECT_EQ(network.batch, 4);
}

TEST(ScaleSim, TheBatchIsWhatAllRowsDivideBy) {
  EXPECT_EQ(read_scalesim(kBatched + "a,8,8,3,3,3,4,1,8,\nb,6,6,1,1,4,8,1,12,\n", "t.csv").batch, 4);
  EXPECT_EQ(read_scalesim(kBatched + "a,8,8,3,3,3,4,1,8,\nb,6,6,1,1,4,8,1,,\n", "t.csv").batch, 1);
  EXPECT_EQ(of("a,8,8,3,3,3,4,1,\n").batch, 1);
}

TEST(ScaleSim, ColumnsAreFoundByTheirHeadings) {
  const Network network = read_scalesim(
      "Layer,Sparsity,Num Filters,channel,IFMAP_W,IFMAP_H,Filter W,Filter H,Batch,Stride Width,Stride Height\n"
      "c,2:4,6,2,7,9,3,3,2,2,1\n",
      "t.csv");
  EXPECT_EQ(network.input_of(network.layers[0]).shape, (Shape{2, 9, 7, 2}));
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{2, 7, 3, 6}));
  EXPECT_EQ(network.layers[0].constant(Role::kWeights)->zeros, 3 * 3 * 2 * 6 / 2);
}

TEST(ScaleSim, TabsAndSemicolonsEndCells) {
  for (const char* separator : {"\t", "; ", " \t "}) {
    std::string text = kColumns + "conv1,34,34,3,3,16,32,1\n";
    for (std::size_t at = 0; (at = text.find(',', at)) != text.npos;) text.replace(at, 1, separator);
    EXPECT_EQ(read_scalesim(text, "t.csv").macs(), 4'718'592) << separator;
  }
  EXPECT_THAT(mistake("Layer;M;N;K\nlinear;16;48;x\n"), HasSubstr("t.csv:2:14: layer \"linear\": expected its K"));
}

TEST(ScaleSim, MarksAndQuotesOfSpreadsheetsAreLeftOut) {
  const Network network = read_scalesim("\xEF\xBB\xBF\"Layer\",\"M\",\"N\",\"K\"\r\n\"fc, last\",16,8,4\r\n", "t.csv");
  EXPECT_EQ(network.macs(), 16 * 8 * 4);
}

TEST(ScaleSim, GemmsWithABatchColumnShareTheirWeights) {
  const Network network = read_scalesim("Layer, M, N, K, Batch, Sparsity,\nlinear,16,48,32,8,2:4,\n", "t.csv");
  EXPECT_TRUE(network.layers[0].op.is("fully_connected"));
  EXPECT_EQ(network.macs(), 8 * 16 * 48 * 32);
  EXPECT_EQ(network.parameters(), 48 * 32);
  EXPECT_EQ(network.layers[0].constant(Role::kWeights)->zeros, 48 * 32 / 2);
  EXPECT_EQ(network.batch, 8);
}

TEST(ScaleSim, ANumberBehindTheHeadingsOfAGemmIsProducts) {
  const Network network = read_scalesim("Layer,M,N,K,\nheads,64,64,32,4,\n", "t.csv");
  EXPECT_TRUE(network.layers[0].op.is("batch_matmul"));
  EXPECT_EQ(network.macs(), 4 * 64 * 64 * 32);
  EXPECT_EQ(network.batch, 1) << "heads are no inferences";
}

TEST(ScaleSim, AnUnknownHeadingIsRefusedWhereItSaysSomething) {
  const std::string text = mistake(
      "Layer name,IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,Strides,Bach Size\n"
      "c,8,8,3,3,3,4,1,2\nd,8,8,3,3,3,4,1,2\n");
  EXPECT_THAT(text, HasSubstr("t.csv:1:92: no column \"Bach Size\" is known, expected any of ifmap height, "));
  EXPECT_THAT(text, HasSubstr("did you mean \"batch size\"?"));
  EXPECT_EQ(text.find("\"Bach Size\"", text.find("\"Bach Size\"") + 1), text.npos) << "once";
  EXPECT_EQ(read_scalesim("Layer,M,N,K,FFN_up,\nFFN_up,4,4,4,\n", "t.csv").macs(), 64) << "an empty column";
  EXPECT_THAT(mistake("Layer,M,N,K,k\nc,1,2,3,4\n"), HasSubstr("t.csv:1:13: expected each column once"));
}

TEST(ScaleSim, CommentsBlanksAndRepeatedNamesAreUnderstood) {
  const Network network = of(",,,,,,,,\r\n\n\tc, 8, 8, 3, 3, 3, 4, 1,#dw\r\nc,8,8,3,3,3,4,1\n");
  ASSERT_EQ(network.layers.size(), 2u);
  EXPECT_EQ(network.layers[1].name, "c#2");
  EXPECT_EQ(network.layers[0].location.line, 4);
}

TEST(ScaleSim, MistakesAreLocatedAndShownTogether) {
  const std::string text = mistake(kColumns + "a,8,8,3,3,3,four,1,\nb,8,8,3,3,3,0,1,\nc,8,8,9,3,3,1,1,\nd,8,8,\n");
  EXPECT_THAT(text, HasSubstr("t.csv:2:13: layer \"a\": expected its number of filters, an integer from 1"));
  EXPECT_THAT(text, HasSubstr("t.csv:3:13: layer \"b\""));
  EXPECT_THAT(text, HasSubstr("t.csv:4:7: layer \"c\": a filter of 9x3 is larger than its IFMAP of 8x8"));
  EXPECT_THAT(text, HasSubstr("t.csv:5:1: layer \"d\": expected its filter height in column 4"));
}

TEST(ScaleSim, OtherTablesAreRefused) {
  EXPECT_THAT(mistake("name,macs,cycles\nc,1,2\n"),
              HasSubstr("t.csv:1:1: expected the columns of a SCALE-Sim topology"));
  EXPECT_THAT(mistake("c,8,8,3,3,3,4,1,\n"), HasSubstr("expected the columns"));
  EXPECT_THAT(mistake(kColumns), HasSubstr("expected a network with layers"));
  EXPECT_THAT(mistake(""), HasSubstr("t.csv"));
  EXPECT_THAT(mistake(kColumns + "c,8,8,3,3,3,4,1,2,3,\n"), HasSubstr("expected the end of the row"));
  EXPECT_THAT(mistake(kColumns + "c,8,8,3,3,3,4,1,5:4,\n"), HasSubstr("expected a sparsity such as 2:4"));
  EXPECT_THAT(mistake(kColumns + "c,2000000000,2000000000,1,1,2000000000,2000000000,1,\n"), HasSubstr("2^53"));
}

}  // namespace
}  // namespace subvolt::network
