#!/bin/sh
# Makes the role and the database of Cordée on a server that has neither. For the image of PostgreSQL, which runs it once
# when its volume is empty; elsewhere: CORDEE_DATABASE_PASSWORD=… sh deploy/database.sh, as a superuser of the server.
# The role owns its database and may make the application's role; it is no superuser.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv password CORDEE_DATABASE_PASSWORD
create role cordee login createrole password :'password';
create database cordee owner cordee encoding 'UTF8' template template0;
SQL
