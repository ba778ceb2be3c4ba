// Panels, drawn by the components that Grafana's own panels are made of.
import {
  dateTime,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  renderMarkdown,
  VizOrientation,
} from '@grafana/data';
import { BarGauge, BigValue, PanelChrome, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { theme } from './frames';
import { Drawing, drawHeatmap, drawStates } from './drawings';
import { drawMarks } from './marks';

function Graph({ item, page, frames, width, height }) {
  const [from, to] = [dateTime(item.from), dateTime(item.to)];
  const timeRange = { from, to, raw: { from, to } };
  return (
    <TimeSeries
      frames={frames}
      width={width}
      height={height}
      timeRange={timeRange}
      timeZone="utc"
      structureRev={1}
      legend={item.panel.options.legend}
      options={item.panel.options}
    >
      {(config) => drawMarks(config, page.marks)}
    </TimeSeries>
  );
}

function Values({ item, frames, width, height, sparkline, draw }) {
  const { panel } = item;
  const values = getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data: frames,
    sparkline,
    timeZone: 'utc',
  });
  const orientation = panel.options.orientation;
  return (
    <VizRepeater
      source={values}
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={draw}
      orientation={orientation}
      width={width}
      height={height}
      renderCounter={1}
      autoGrid
      minVizHeight={panel.options.minVizHeight}
      minVizWidth={panel.options.minVizWidth}
      itemSpacing={3}
    />
  );
}

function Stat(props) {
  const { options } = props.item.panel;
  const draw = ({ value, alignmentFactors, width, height, count }) => (
    <BigValue
      value={value.display}
      count={count}
      sparkline={value.sparkline}
      colorMode={options.colorMode}
      graphMode={options.graphMode}
      justifyMode={options.justifyMode}
      textMode={options.textMode}
      alignmentFactors={alignmentFactors}
      disableWideLayout={!options.wideLayout}
      width={width}
      height={height}
      theme={theme}
    />
  );
  return <Values {...props} sparkline={options.graphMode !== 'none'} draw={draw} />;
}

function Bars(props) {
  const { options } = props.item.panel;
  const draw = ({ value, alignmentFactors, width, height, orientation }) => (
    <BarGauge
      value={value.display}
      field={value.field}
      display={value.view?.getFieldDisplayProcessor(value.colIndex)}
      orientation={orientation ?? VizOrientation.Horizontal}
      displayMode={options.displayMode}
      showUnfilled={options.showUnfilled}
      valueDisplayMode={options.valueMode}
      namePlacement={options.namePlacement}
      alignmentFactors={alignmentFactors}
      itemSpacing={3}
      lcdCellWidth={12}
      text={options.text}
      width={width}
      height={height}
      theme={theme}
    />
  );
  return <Values {...props} sparkline={false} draw={draw} />;
}

function Table({ item, frames, width, height }) {
  const { options, fieldConfig } = item.panel;
  return (
    <TableNG
      data={frames[0]}
      width={width}
      height={height}
      cellHeight={options.cellHeight}
      noHeader={!options.showHeader}
      sortBy={options.sortBy}
      fieldConfig={fieldConfig}
      structureRev={1}
      enableVirtualization={false}
    />
  );
}

function Buckets({ item, width, height }) {
  return <Drawing draw={drawHeatmap} {...{ item, width, height }} />;
}

function States({ item, frames, width, height }) {
  return <Drawing draw={drawStates} {...{ item, frames, width, height }} />;
}

const Prose = ({ item }) => (
  <div className="markdown-html" dangerouslySetInnerHTML={{ __html: renderMarkdown(item.panel.options.content) }} />
);

const Note = ({ text }) => <div className="note">{text}</div>;

const DRAWN = {
  timeseries: Graph,
  stat: Stat,
  bargauge: Bars,
  table: Table,
  heatmap: Buckets,
  'state-timeline': States,
  text: Prose,
  logs: () => <Note text="Log lines come from Loki, which the gallery does not run." />,
};

export function Panel({ page, item, frames, place }) {
  const { panel, answers } = item;
  const isEmpty = panel.targets?.length > 0 && Object.values(answers).every((answer) => answer.length === 0);
  const Drawn = DRAWN[panel.type] ?? (() => <Note text={`The gallery cannot draw ${panel.type}.`} />);
  const padding = panel.type === 'table' ? 'none' : 'md';
  return (
    <PanelChrome title={panel.title} description={panel.description} padding={padding} {...place}>
      {(width, height) =>
        isEmpty && panel.type !== 'logs' ? (
          <Note text={panel.fieldConfig.defaults.noValue ?? 'No data'} />
        ) : (
          <Drawn {...{ item, page, frames, width, height }} />
        )
      }
    </PanelChrome>
  );
}
