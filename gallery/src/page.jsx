// One dashboard as Grafana lays it out: a header, and panels on a grid of 24 columns.
import './page.css';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/roboto-mono/400.css';
import { dateTimeFormat, EventBusSrv, ThemeContext } from '@grafana/data';
import { GlobalStyles, PanelContextProvider } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { framesOf, theme } from './frames';
import { Panel } from './panels';

const { columns, cell, gap, header } = window.GRID;

function placeOf({ x, y, w, h }, width) {
  const column = (width - (columns - 1) * gap) / columns;
  return {
    left: Math.round(x * (column + gap)),
    top: y * (cell + gap),
    width: Math.round(w * (column + gap) - gap),
    height: h * (cell + gap) - gap,
  };
}

function Header({ page }) {
  const { title, description, templating } = page.dashboard;
  const format = (time) => dateTimeFormat(time, { format: 'YYYY-MM-DD HH:mm', timeZone: 'utc' });
  return (
    <header style={{ height: header }}>
      <h1>{title}</h1>
      <p>{description}</p>
      <div className="variables">
        {templating.list.map((entry) => (
          <span key={entry.name}>
            <b>{entry.label}</b>
            <i>{[entry.current.text].flat().join(', ')}</i>
          </span>
        ))}
        <span>
          <b>Time (UTC)</b>
          <i>
            {format(page.from)} to {format(page.to)}
          </i>
        </span>
      </div>
    </header>
  );
}

function Dashboard({ page, frames, width }) {
  return (
    <>
      <Header page={page} />
      <main style={{ height: page.rows * (cell + gap) }}>
        {page.panels.map((item, index) => {
          const { left, top, ...size } = placeOf(item.panel.gridPos, width);
          return (
            <div key={item.panel.id} style={{ position: 'absolute', left, top, ...size }}>
              {item.panel.type === 'row' ? (
                <h2>{item.panel.title}</h2>
              ) : (
                <Panel page={page} item={item} frames={frames[index]} place={size} />
              )}
            </div>
          );
        })}
      </main>
    </>
  );
}

async function draw(page) {
  const root = document.getElementById('root');
  const frames = await Promise.all(page.panels.map((item) => (item.panel.type === 'row' ? [] : framesOf(item))));
  const context = { eventsScope: 'gallery', eventBus: new EventBusSrv(), sync: () => 0 };
  createRoot(root).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <PanelContextProvider value={context}>
        <Dashboard page={page} frames={frames} width={root.clientWidth} />
      </PanelContextProvider>
    </ThemeContext.Provider>,
  );
}

draw(window.PAGE);
