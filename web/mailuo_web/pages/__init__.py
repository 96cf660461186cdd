"""The pages that people see: modules hold the routes of one page, or form what one shows; `site` has them all."""
