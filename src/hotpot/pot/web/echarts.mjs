// The part of ECharts that our charts use; `npm run vendor` bundles it.
// It draws on a canvas: its SVG carries style attributes, which our Content-Security-Policy forbids.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent,
  TooltipComponent, LabelLayout, CanvasRenderer,
]);

export { init };
