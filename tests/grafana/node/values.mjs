// What Grafana shows for a value: its text, and its colour.
//
// Reads `[{panel, samples: [{value, name}]}]` as JSON from the standard input, and writes an answer for each panel:
// `{samples: [{text, color, step}], empty: {text, color}}`, or `{error}` where Grafana's code throws. `color` is what the
// value is painted in, `step` the colour of the threshold it has reached, and `empty` what stands there without data.
// A colour of Grafana's palette is told by its name, and any other as it is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Numbers are written in the language of the browser: always the same one here, whatever the machine's is.
const navigator = { language: 'en-US', languages: ['en-US'] };
Object.defineProperty(globalThis, 'navigator', { value: navigator });

// As CommonJS, because one of its own dependencies has no named exports for modules.
const grafana = createRequire(import.meta.url)('@grafana/data');

const theme = grafana.createTheme({ colors: { mode: 'dark' } });
const timeZone = 'utc';
const replaceVariables = (text) => text;

const names = new Map(
  theme.visualization.hues.flatMap((hue) => hue.shades.filter((shade) => shade.primary).map((shade) => [hex(shade.color), hue.name]))
);

function hex(color) {
  return grafana.colorManipulator.asHexString(color).toLowerCase();
}

function named(color) {
  return color && (names.get(hex(color)) ?? color);
}

// Stands in for the list in Grafana's core, which is not published: the same properties, and the published processors.
const processors = {
  actions: grafana.identityOverrideProcessor,
  color: grafana.identityOverrideProcessor,
  decimals: grafana.numberOverrideProcessor,
  description: grafana.stringOverrideProcessor,
  displayName: grafana.displayNameOverrideProcessor,
  fieldMinMax: grafana.booleanOverrideProcessor,
  filterable: grafana.booleanOverrideProcessor,
  links: grafana.dataLinksOverrideProcessor,
  mappings: grafana.valueMappingsOverrideProcessor,
  max: grafana.numberOverrideProcessor,
  min: grafana.numberOverrideProcessor,
  noValue: grafana.stringOverrideProcessor,
  thresholds: grafana.thresholdsOverrideProcessor,
  unit: grafana.unitOverrideProcessor,
};
const fieldConfigRegistry = new grafana.FieldConfigOptionsRegistry(() =>
  Object.entries(processors).map(([id, process]) => ({ id, path: id, name: id, process, shouldApply: () => true }))
);

// JSON has no infinity: Grafana writes null for the beginning of the first step, and puts the number back on loading.
function fieldConfigOf(panel) {
  const copy = structuredClone(panel.fieldConfig);
  const overridden = copy.overrides.flatMap((item) => item.properties).filter((item) => item.id === 'thresholds');
  for (const thresholds of [copy.defaults.thresholds, ...overridden.map((item) => item.value)]) {
    const steps = thresholds?.steps;
    for (const step of Array.isArray(steps) ? steps : []) {
      step.value = step.value === null ? -Infinity : step.value;
    }
  }
  return copy;
}

function framesOf(fieldConfig, samples) {
  const { time, number } = grafana.FieldType;
  const fieldsOf = ({ value, name = 'Value' }) => [
    { name: 'Time', type: time, values: [1_700_000_000_000] },
    { name, type: number, values: [value] },
  ];
  const data = samples.map((sample) => grafana.createDataFrame({ fields: fieldsOf(sample) }));
  return grafana.applyFieldOverrides({ data, fieldConfig, fieldConfigRegistry, replaceVariables, theme, timeZone });
}

function reduced(panel, fieldConfig, data) {
  const { reduceOptions } = panel.options;
  return grafana.getFieldDisplayValues({ data, fieldConfig, reduceOptions, replaceVariables, theme, timeZone })[0].display;
}

function shown(display) {
  return { text: grafana.formattedValueToString(display), color: named(display.color) };
}

function answer({ panel, samples }) {
  const fieldConfig = fieldConfigOf(panel);
  const isReduced = panel.options.reduceOptions !== undefined;
  const told = framesOf(fieldConfig, samples).map((frame, index) => {
    const [, field] = frame.fields;
    const { value } = samples[index];
    const display = isReduced ? reduced(panel, fieldConfig, [frame]) : field.display(value);
    return { ...shown(display), step: named(step(field, value)) };
  });
  return { samples: told, ...(isReduced && { empty: shown(reduced(panel, fieldConfig, [])) }) };
}

function step(field, value) {
  const color = grafana.getScaleCalculator(field, theme)(value).threshold?.color;
  return color && theme.visualization.getColorByName(color);
}

function answerOrError(question) {
  try {
    return answer(question);
  } catch (error) {
    return { error: error.message };
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answerOrError)));
