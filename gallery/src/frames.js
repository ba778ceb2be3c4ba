// Answers of Prometheus to data frames, as Grafana's Prometheus data source makes them, with the field options of a panel.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  createDataFrame,
  createTheme,
  FieldConfigOptionsRegistry,
  FieldType,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

export const theme = createTheme({ colors: { mode: 'dark' } });

const STANDARD = [
  'unit',
  'min',
  'max',
  'decimals',
  'displayName',
  'noValue',
  'thresholds',
  'mappings',
  'color',
  'links',
  'fieldMinMax',
];

// Which field options there are is known to Grafana's core only; here they are those that a panel uses.
function optionsOf(fieldConfig) {
  const custom = Object.keys(fieldConfig.defaults.custom ?? {}).map((name) => `custom.${name}`);
  const overridden = fieldConfig.overrides.flatMap((rule) => rule.properties.map((property) => property.id));
  const ids = [...new Set([...STANDARD, ...custom, ...overridden])];
  return new FieldConfigOptionsRegistry(() =>
    ids.map((id) => ({
      id,
      name: id,
      path: id.replace(/^custom\./, ''),
      isCustom: id.startsWith('custom.'),
      process: id === 'thresholds' ? fromTheBeginning : (value) => value,
      shouldApply: () => true,
    })),
  );
}

function fromTheBeginning(thresholds) {
  const steps = thresholds?.steps.map((step) => ({ ...step, value: step.value ?? -Infinity }));
  return thresholds && { ...thresholds, steps };
}

function named(legend, labels) {
  return legend === '__auto' ? undefined : legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');
}

const number = (text) => (text === 'NaN' ? null : Number(text.replace('Inf', 'Infinity')));

function seriesFrame(target, step, { metric, values, value }) {
  const { __name__: name, ...labels } = metric;
  const points = values ?? [value];
  return createDataFrame({
    refId: target.refId,
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        values: points.map(([time]) => time * 1000),
        config: { interval: step * 1000 },
      },
      {
        name: name ?? 'Value',
        type: FieldType.number,
        labels,
        values: points.map(([, text]) => number(text)),
        config: { displayNameFromDS: named(target.legendFormat, labels) },
      },
    ],
  });
}

function tableFrame(target, several, series) {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const fields = labels.map((label) => ({
    name: label,
    type: FieldType.string,
    values: series.map(({ metric }) => metric[label] ?? ''),
    config: {},
  }));
  const value = series.map((item) => number(item.value[1]));
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: series.map((item) => item.value[0] * 1000), config: {} },
      ...fields,
      { name: several ? `Value #${target.refId}` : 'Value', type: FieldType.number, values: value, config: {} },
    ],
  });
}

export async function framesOf({ panel, answers, step }) {
  const targets = (panel.targets ?? []).filter((target) => target.refId in answers);
  const frames = targets.flatMap((target) => {
    const series = answers[target.refId];
    if (target.format === 'table') {
      return series.length ? [tableFrame(target, targets.length > 1, series)] : [];
    }
    return series.map((item) => seriesFrame(target, step, item));
  });
  const transformed = await firstValueFrom(transformDataFrame(panel.transformations ?? [], frames));
  const drawn = applyFieldOverrides({
    data: transformed,
    fieldConfig: panel.fieldConfig,
    fieldConfigRegistry: optionsOf(panel.fieldConfig),
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  // Tables head and sort their columns by these names, which Grafana finds before it draws.
  cacheFieldDisplayNames(drawn);
  return drawn;
}

standardTransformersRegistry.setInit(() =>
  [...new Set(Object.values(standardTransformers))].map((transformer) => ({
    id: transformer.id,
    name: transformer.name,
    transformation: () => Promise.resolve(transformer),
  })),
);
