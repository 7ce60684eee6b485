// Draws every [data-chart] with the page's tokens. Lines and bars carry their names and figures themselves.
(() => {
  "use strict";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // A broken number has two decimals at least, as money does.
  const written = (value) => (typeof value !== "number" ? value
    : value.toLocaleString(document.documentElement.lang, Number.isInteger(value) ? {} : { minimumFractionDigits: 2 }));
  const axis = (given, ink, line, plain) => ({
    axisLine: { show: !plain, lineStyle: { color: line } },
    axisTick: { show: false },
    nameGap: 10,
    nameTextStyle: { color: ink, fontSize: 12 },
    axisLabel: { color: ink, fontSize: 12, hideOverlap: true },
    splitLine: { show: plain, lineStyle: { color: line } },
    ...given,
  });
  // A series with a tone is a state: it has the state's own colour in every chart, as its chip has.
  const TONES = { good: "--good", warn: "--series-3", bad: "--bad", quiet: "--series-2", plain: "--series-5" };
  const LABELLED_MAX = 12; // figures above more bars would cover each other
  const label = (series, many, ink) => {
    if (series.type === "line") {
      return { endLabel: { show: true, formatter: "{a}", color: "inherit", fontSize: 12 }, labelLayout: { moveOverlap: "shiftY" }, symbolSize: 6, showSymbol: false, ...series };
    }
    if (series.type === "pie") {
      return { radius: ["48%", "72%"], label: { color: ink, formatter: "{b}\n{d}%", fontSize: 12 }, ...series };
    }
    const shown = many === 1 && series.data.length <= LABELLED_MAX; // beside each other they would meet
    // One quiet colour for a single row of bars: the accent is for what matters most.
    const color = series.tone ? token(TONES[series.tone]) : many === 1 ? token("--series-2") : undefined;
    return { barMaxWidth: 40, color, itemStyle: { borderRadius: [3, 3, 0, 0] }, label: { show: shown, position: "top", color: ink, fontSize: 12, formatter: (point) => written(point.value) }, ...series };
  };
  const FEW_MAX = 6; // so many categories are all named, in more lines where a name is long: no bar stays nameless
  const BESIDE_PX = 64; // the figures of the other axis
  const room = (option, width) => ({
    interval: 0, hideOverlap: false, overflow: "break", width: Math.max(24, (width - BESIDE_PX) / option.xAxis.data.length - 4),
  });
  const isFew = (option) => option.xAxis?.data?.length > 0 && option.xAxis.data.length <= FEW_MAX;
  function styled(option, width) {
    const muted = token("--muted");
    const line = token("--line");
    const colors = [1, 2, 3, 4, 5].map((n) => token(`--series-${n}`));
    const series = [option.series ?? []].flat();
    const flat = series.some((one) => one.type === "pie");
    const lines = series.some((one) => one.type === "line");
    const counts = series.every((one) => (one.data ?? []).every((value) => value === null || Number.isInteger(value)));
    const named = !flat && !lines && series.length > 1; // whose bar is whose: lines say so at their ends
    return {
      color: colors,
      textStyle: { fontFamily: token("--font"), color: token("--text") },
      aria: { enabled: true },
      animationDuration: 300,
      legend: { show: named, left: 0, top: 0, itemWidth: 12, itemHeight: 12, icon: "roundRect", textStyle: { color: token("--text"), fontSize: 12 } },
      grid: { left: 0, right: lines ? 88 : 8, top: named ? 40 : 24, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      ...option,
      tooltip: {
        trigger: flat ? "item" : "axis", renderMode: "richText", backgroundColor: token("--raised"), borderColor: line,
        textStyle: { color: token("--text"), fontSize: 12 }, valueFormatter: written, ...option.tooltip,
      },
      ...(flat ? {} : {
        xAxis: axis({ type: "category", ...(isFew(option) ? { axisLabel: { color: muted, fontSize: 12, ...room(option, width) } } : {}), ...option.xAxis }, muted, line, option.xAxis?.type === "value"),
        yAxis: axis({ type: "value", minInterval: counts ? 1 : 0, ...option.yAxis }, muted, line, option.yAxis?.type !== "category"),
      }),
      series: series.map((one) => label(one, series.length, token("--text"))),
    };
  }
  const drawn = new Map();
  function draw(figure) {
    const box = figure.querySelector(".chart-canvas");
    const option = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const chart = drawn.get(figure) ?? echarts.init(box);
    chart.setOption(styled(option, box.clientWidth), true);
    if (!drawn.has(figure)) new ResizeObserver(() => {
      chart.resize();
      if (isFew(option)) chart.setOption({ xAxis: { axisLabel: room(option, box.clientWidth) } });
    }).observe(box);
    drawn.set(figure, chart);
  }
  const drawAll = () => {
    for (const figure of drawn.keys()) if (!figure.isConnected) { drawn.get(figure).dispose(); drawn.delete(figure); }
    document.querySelectorAll("[data-chart]").forEach(draw);
  };
  const drawNew = () => { for (const figure of document.querySelectorAll("[data-chart]")) if (!drawn.has(figure)) draw(figure); };
  drawNew();
  document.addEventListener("hotpot:theme", drawAll);
  document.addEventListener("htmx:afterSettle", drawNew);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
