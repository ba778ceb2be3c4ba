// Drawings that stand in for Grafana's heatmap and state timeline, which are not among its published components. They look
// like them as far as the options go that gw2mon writes.
import { dateTimeFormat, formattedValueToString, getFieldDisplayName, getValueFormat } from '@grafana/data';
import { useEffect, useRef } from 'react';
import { theme } from './frames';

const LEFT = 64;
const RIGHT = 8;
const BOTTOM = 22;
const TOP = 6;
const LINE = 13;
const HOUR = 3600000;
const TICKS = [HOUR / 2, HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR];

// The scheme "Oranges", from little to much: on a dark ground Grafana turns a scheme around.
const ORANGES = ['#7f2704', '#a63603', '#d94801', '#f16913', '#fd8d3c', '#fdae6b', '#fdd0a2', '#fee6ce', '#fff5eb'];

export function Drawing({ draw, item, frames, width, height }) {
  const canvas = useRef(null);
  useEffect(() => {
    const context = canvas.current.getContext('2d');
    context.clearRect(0, 0, width, height);
    context.font = `12px ${theme.typography.fontFamily}`;
    draw(context, { item, frames, width, height });
  });
  return <canvas ref={canvas} width={width} height={height} />;
}

// Where a time stands, after its axis was drawn.
function timeAxis(context, { from, to }, left, width, height) {
  const x = (time) => left + ((time - from) / (to - from)) * (width - left - RIGHT);
  const tick = TICKS.find((each) => (to - from) / each <= 12) ?? TICKS.at(-1);
  const format = tick < 24 * HOUR ? 'HH:mm' : 'MM-DD';
  context.fillStyle = theme.colors.text.primary;
  context.textAlign = 'center';
  for (let time = Math.ceil(from / tick) * tick; time <= to; time += tick) {
    context.fillText(dateTimeFormat(time, { format, timeZone: 'utc' }), x(time), height - 5);
  }
  return x;
}

const bound = (text) => (text === '+Inf' ? Infinity : Number(text));

// Buckets count all that is below a bound; a cell shows what one has beyond the bucket below it.
function bucketsOf(answer) {
  const rows = [...answer].sort((left, right) => bound(left.metric.le) - bound(right.metric.le));
  const counts = rows.map((row) => new Map(row.values));
  return rows.map((row, index) => ({
    top: bound(row.metric.le),
    points: row.values.map(([time, text]) => [time * 1000, text - (counts[index - 1]?.get(time) ?? 0)]),
  }));
}

export function drawHeatmap(context, { item, width, height }) {
  const { options } = item.panel;
  const rows = bucketsOf(Object.values(item.answers)[0]);
  const each = (height - BOTTOM - TOP) / rows.length;
  const most = Math.max(...rows.flatMap((row) => row.points.map(([, value]) => value)));
  const x = timeAxis(context, item, LEFT, width, height);
  const y = (row) => height - BOTTOM - row * each;
  const format = getValueFormat(options.yAxis.unit);
  const sparing = Math.ceil(LINE / each);
  context.textAlign = 'right';
  rows.forEach(({ top }, index) => {
    if (index % sparing === 0) {
      context.fillText(top === Infinity ? '+Inf' : formattedValueToString(format(top)), LEFT - 8, y(index + 1) + 4);
    }
  });
  const cell = x(item.step * 1000) - x(0);
  rows.forEach(({ points }, index) => {
    for (const [time, value] of points.filter((point) => point[1] > options.filterValues.le)) {
      const strength = (value / most) ** options.color.exponent;
      context.fillStyle = ORANGES[Math.min(ORANGES.length - 1, Math.floor(strength * ORANGES.length))];
      context.fillRect(x(time) - cell, y(index + 1), Math.max(1, cell - 1), each - 1);
    }
  });
}

export function drawStates(context, { item, frames, width, height }) {
  const rows = frames.flatMap((frame) => {
    const [time, ...fields] = frame.fields;
    return fields.map((field) => ({ field, times: time.values, name: getFieldDisplayName(field, frame, frames) }));
  });
  const left = 12 + Math.max(...rows.map((row) => context.measureText(row.name).width));
  const x = timeAxis(context, item, left, width, height);
  const each = (height - BOTTOM - TOP) / rows.length;
  const thick = each * (item.panel.options.rowHeight ?? 0.9);
  rows.forEach(({ field, times, name }, index) => {
    const top = TOP + index * each + (each - thick) / 2;
    context.textAlign = 'right';
    context.fillStyle = theme.colors.text.primary;
    context.fillText(name, left - 8, top + thick / 2 + 4);
    for (const stretch of stretchesOf(field.values, times, item.step * 1000)) {
      const shown = field.display(stretch.value);
      const [begin, end] = [Math.max(left, x(stretch.from)), x(stretch.to)];
      context.fillStyle = shown.color;
      context.fillRect(begin, top, end - begin, thick);
      context.fillStyle = theme.colors.getContrastText(shown.color);
      context.textAlign = 'left';
      if (item.panel.options.showValue !== 'never' && context.measureText(shown.text).width + 8 < end - begin) {
        context.fillText(shown.text, begin + 4, top + thick / 2 + 4);
      }
    }
  });
}

// Equal values that follow one another without a gap are one stretch.
function stretchesOf(values, times, step) {
  const found = [];
  values.forEach((value, index) => {
    const last = found.at(-1);
    if (value === null) {
      return;
    }
    if (last?.value === value && times[index] - last.to <= step) {
      last.to = times[index];
    } else {
      found.push({ value, from: times[index] - step, to: times[index] });
    }
  });
  return found;
}
