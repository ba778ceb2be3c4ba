// The dashboards that gw2mon may write, in Grafana's own types.
//
// Grafana's `Dashboard` lets a panel have any options: here each type of panel has those that its plugin declares, and
// what Grafana fills in or forgives, but loses on the way, is required. What its types lack is added at the end, once for
// each gap.
import type {
  AnnotationQuery,
  AnnotationTarget,
  Dashboard,
  DataQuery,
  DataSourceRef,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
  TableOptions,
  VariableModel,
} from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as logs from '@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen';
import type * as piechart from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as stateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** What a value of a type looks like in JSON: where the type wants the member of an enum, its text. */
type Json<T> = 0 extends 1 & T
  ? T
  : T extends string
    ? `${T}`
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** A type without some of its keys, and with others instead. */
type With<T, Changes> = Omit<T, keyof Changes> & Changes;

/** The source of a panel, a query or a mark: its kind and its uid, never a bare name. */
type Source = Required<Pick<DataSourceRef, 'type' | 'uid'>>;

/** Without these, Grafana drops a panel, lays it over another, or takes it for one of an old version. */
type Certain = 'fieldConfig' | 'gridPos' | 'id' | 'options' | 'pluginVersion' | 'title';

type Fields<Custom> = With<FieldConfigSource, { defaults: With<FieldConfig, { custom?: Partial<Custom> }> }>;

// A plugin fills in what is left out of its options and its fields, so the first level of them is optional.
type PanelOf<Type extends string, Options, Custom = Record<string, never>> = With<
  Required<Pick<Panel, Certain>> & Omit<Panel, Certain>,
  {
    type: Type;
    datasource?: Source;
    fieldConfig: Fields<Custom>;
    options: Partial<Options>;
    targets?: Array<PrometheusQuery | LokiQuery>;
  }
>;

type AnyPanel =
  | PanelOf<'bargauge', bargauge.Options>
  | PanelOf<'gauge', gauge.Options>
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | PanelOf<'logs', logs.Options>
  | PanelOf<'piechart', piechart.Options, piechart.FieldConfig>
  | PanelOf<'stat', stat.Options>
  | PanelOf<'state-timeline', stateTimeline.Options, stateTimeline.FieldConfig>
  | PanelOf<'table', TableOptions, table.FieldConfig>
  | PanelOf<'text', text.Options>
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>;

type Row = With<RowPanel, { title: string; gridPos: NonNullable<RowPanel['gridPos']>; panels: AnyPanel[] }>;

/** A whole file. */
export type Checked = Json<
  With<
    Dashboard,
    {
      uid: string;
      title: string;
      editable: boolean;
      panels: Array<AnyPanel | Row>;
      templating: { list: Variable[] };
      annotations: { list: Array<AnnotationQuery | PrometheusAnnotation | OwnAnnotation> };
    }
  >
>;

// --- what Grafana's types lack ---------------------------------------------------------------------------------------

/** The queries of data sources, which publish their types elsewhere, if at all. */
type PrometheusQuery = With<
  DataQuery,
  {
    datasource: With<Source, { type: 'prometheus' }>;
    editorMode: 'builder' | 'code';
    exemplar?: boolean;
    expr: string;
    format: 'heatmap' | 'table' | 'time_series';
    instant: boolean;
    interval?: string;
    legendFormat?: string;
    range: boolean;
  }
>;
type LokiQuery = With<
  DataQuery,
  {
    datasource: With<Source, { type: 'loki' }>;
    editorMode: 'builder' | 'code';
    expr: string;
    legendFormat?: string;
    maxLines?: number;
    queryType: 'instant' | 'range';
  }
>;

/** The query of a variable is shown in the list of variables as its definition. */
type Variable = VariableModel & { definition?: string };

/** A mark from Prometheus has an expression, and says what of its labels is shown. */
type PrometheusAnnotation = With<
  AnnotationQuery,
  {
    datasource: Source;
    target: DataQuery & { expr: string; interval?: string };
    tagKeys?: string;
    textFormat?: string;
    titleFormat?: string;
    useValueForTime?: boolean;
  }
>;

/** A mark from Grafana's own list has a target that is no query. */
type OwnAnnotation = With<AnnotationQuery, { target: AnnotationTarget }>;
