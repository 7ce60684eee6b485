// The part of ECharts that our charts use; `npm run vendor` bundles it.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart, LineChart, PieChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent,
  LabelLayout, SVGRenderer,
]);

export { init };
