"""Stage 5: daily prices, and scores of forecasts."""
